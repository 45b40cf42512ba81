/** The pages of an NDES admin site, as servers in the field send them. */
const HEAD =
  '<HTML><Head><Meta HTTP-Equiv="Content-Type" Content="text/html; charset=UTF-8"><Title>Network Device Enrollment Service</Title></Head><Body BgColor=#FFFFFF><Font ID=locPageFont Face="Arial"><Table Border=0 CellSpacing=0 CellPadding=4 Width=100% BgColor=#008080><TR><TD><Font ID=locPageTitleFont Face="Arial" Size=-1 Color=#FFFFFF><LocID ID=locMSCertSrv>Network Device Enrollment Service</LocID></Font></TD></TR></Table><P ID=locPageTitle> Network Device Enrollment Service allows you to obtain certificates for routers or other network devices using the Simple Certificate Enrollment Protocol (SCEP). </P>';
const TAIL =
  ' <P ID=locPageDesc> For more information see  <A HREF=http://go.microsoft.com/fwlink/?LinkId=67852>Using Network Device Enrollment Service </A>. </P></Font></Body></HTML>';

export const THUMBPRINT = 'A656FA66 AB12B433 A2DA5CF7 CC153D9A';

export function issued(password: string, { thumbprint = THUMBPRINT, minutes = 60 } = {}): string {
  return `${HEAD}<P> To complete certificate enrollment for your network device you will need the following information: <P> The thumbprint (hash value) for the CA certificate is: <B> ${thumbprint} </B> <P> The enrollment challenge password is: <B> ${password} </B> <P> This password can be used only once and will expire within ${minutes} minutes. <P> Each enrollment requires a new challenge password. You can refresh this web page to obtain a new challenge password. </P>${TAIL}`;
}

export function issuedForAll(password: string): string {
  return `${HEAD}<P> To complete certificate enrollment for your network device you will need the following information: <P> The thumbprint (hash value) for the CA certificate is: <B> ${THUMBPRINT} </B> <P> The enrollment challenge password is: <B> ${password} </B> <P> This password can be used multiple times and will not expire. </P>${TAIL}`;
}

/** As a server in another language writes it: only the form is the same. */
export function issuedInGerman(...bold: readonly string[]): string {
  const lines = bold.map((text) => `<P> Die Angabe für das Netzwerkgerät lautet: <B> ${text} </B> `).join('');
  return `${HEAD.replaceAll('Network Device Enrollment Service', 'Registrierungsdienst für Netzwerkgeräte')}${lines}${TAIL}`;
}

export const CACHE_FULL = `${HEAD}<P> The password cache is full. <P> Network Device Enrollment Service stores unused password for later use. By default, passwords are stored for 60 minutes.<P>Use one of the existing passwords. If you cannot use an existing password: <UL> <LI> Wait until one or more existing passwords expire (by default passwords expire 60 minutes after they are created). </LI> <LI> Restart Internet Information Services (IIS). </LI> <LI> Configure the service to cache more than 5 passwords. </LI> </UL> </P>${TAIL}`;

export const NO_PERMISSION = `${HEAD}<P> You do not have sufficient permission to enroll with SCEP.  Please contact your system administrator. </P>${TAIL}`;

/** What a GET of the routers' page shows: no admin page. */
export const ROUTERS_PAGE = `${HEAD}<P> This URL is used by network devices to submit certificate requests. <P> To obtain an enrollment challenge password, go to the admin page. By default, the admin page can be found at http://ndes/CertSrv/mscep_admin </P>${TAIL}`;

export const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-16LE without a mark': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16LE with a mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  'UTF-16BE without a mark': (text) => Buffer.from(text, 'utf16le').swap16(),
  'UTF-16BE with a mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  'UTF-8': (text) => Buffer.from(text, 'utf8'),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`, 'utf8'),
};

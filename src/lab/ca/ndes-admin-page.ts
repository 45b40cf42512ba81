/** What the admin page of an NDES has to say to whoever looks at it. */
export type AdminAnswer =
  | { readonly kind: 'password'; readonly password: string; readonly minutes: number }
  /** UseSinglePassword: the same for everybody, for ever. */
  | { readonly kind: 'single-password'; readonly password: string }
  | { readonly kind: 'cache-full'; readonly max: number }
  | { readonly kind: 'no-permission' };

/**
 * The page as the service sends it: one line of HTML in UTF-16LE, with a META tag that claims UTF-8.
 * `thumbprint` is the MD5 of the CA certificate in hex.
 */
export function ndesAdminPage(answer: AdminAnswer, thumbprint: string): Buffer {
  return Buffer.from(`${HEAD}${middle(answer, thumbprint)}${TAIL}`, 'utf16le');
}

const SERVICE = 'Network Device Enrollment Service';
const HEAD = [
  '<HTML><Head><Meta HTTP-Equiv="Content-Type" Content="text/html; charset=UTF-8">',
  `<Title>${SERVICE}</Title></Head><Body BgColor=#FFFFFF><Font ID=locPageFont Face="Arial">`,
  '<Table Border=0 CellSpacing=0 CellPadding=4 Width=100% BgColor=#008080><TR><TD>',
  `<Font ID=locPageTitleFont Face="Arial" Size=-1 Color=#FFFFFF><LocID ID=locMSCertSrv>${SERVICE}</LocID></Font>`,
  `</TD></TR></Table><P ID=locPageTitle> ${SERVICE} allows you to obtain certificates for routers or other network `,
  'devices using the Simple Certificate Enrollment Protocol (SCEP). </P>',
].join('');
const TAIL = [
  ' <P ID=locPageDesc> For more information see  <A HREF=http://go.microsoft.com/fwlink/?LinkId=67852>',
  `Using ${SERVICE} </A>. </P></Font></Body></HTML>`,
].join('');

function middle(answer: AdminAnswer, thumbprint: string): string {
  switch (answer.kind) {
    case 'password':
      return [
        ...credentials(answer.password, thumbprint),
        `<P> This password can be used only once and will expire within ${answer.minutes} minutes. `,
        '<P> Each enrollment requires a new challenge password. ',
        'You can refresh this web page to obtain a new challenge password. </P>',
      ].join('');
    case 'single-password':
      return [
        ...credentials(answer.password, thumbprint),
        '<P> This password can be used multiple times and will not expire. </P>',
      ].join('');
    case 'cache-full':
      return [
        `<P> The password cache is full. <P> ${SERVICE} stores unused password for later use. `,
        'By default, passwords are stored for 60 minutes.<P>Use one of the existing passwords. ',
        'If you cannot use an existing password: <UL> <LI> Wait until one or more existing passwords expire ',
        '(by default passwords expire 60 minutes after they are created). </LI> ',
        '<LI> Restart Internet Information Services (IIS). </LI> ',
        `<LI> Configure the service to cache more than ${answer.max} passwords. </LI> </UL> </P>`,
      ].join('');
    case 'no-permission':
      return '<P> You do not have sufficient permission to enroll with SCEP.  Please contact your system administrator. </P>';
  }
}

function credentials(password: string, thumbprint: string): readonly string[] {
  return [
    '<P> To complete certificate enrollment for your network device you will need the following information: ',
    `<P> The thumbprint (hash value) for the CA certificate is: <B> ${inGroups(thumbprint)} </B> `,
    `<P> The enrollment challenge password is: <B> ${password} </B> `,
  ];
}

function inGroups(hex: string): string {
  return hex.toUpperCase().replace(/(.{8})(?=.)/g, '$1 ');
}

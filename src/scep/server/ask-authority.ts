/**
 * Calls the authority. Whatever it throws, a ScepError of its own included, leaves as another kind of error:
 * a fault of the CA must not look to the client as if its message were wrong.
 */
export async function askAuthority<Value>(ask: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (cause) {
    throw new Error('the certificate authority failed', { cause });
  }
}

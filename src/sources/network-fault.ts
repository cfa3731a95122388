// Why an agency cannot be reached, in words for a person. Pure.

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name cannot be resolved; is there an internet connection?',
  EAI_AGAIN: 'its name cannot be resolved; is there an internet connection?',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate cannot be trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate cannot be trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be trusted',
};

/** `www.seismicportal.eu cannot be reached: its name cannot be resolved; …` from what a socket or `fetch` threw. */
export function describeNetworkFault(error: unknown, url: string): string {
  return `${new URL(url).host} cannot be reached: ${toWords(error)}`;
}

function toWords(error: unknown): string {
  // `fetch` hides the cause one level down; several addresses tried give an AggregateError of their faults.
  for (let one = error, depth = 0; one instanceof Error && depth < 4; depth++) {
    const code = (one as NodeJS.ErrnoException).code;
    if (code !== undefined && WORDS[code]) return WORDS[code];
    if (one.name === 'TimeoutError') return 'no answer in time';
    if (one.cause === undefined && !(one instanceof AggregateError)) return one.message;
    one = one instanceof AggregateError ? one.errors[0] : one.cause;
  }
  return String(error);
}

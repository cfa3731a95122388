// Others' words on a terminal: what an agency sent, or whoever reached a topic, must not command the screen. Pure.

/**
 * Control characters (C0, DEL, C1), line separators and direction overrides as \\u escapes; line breaks and tabs stay only
 * where `keepsLines`.
 */
export function toPrintable(text: string, keepsLines = false): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (one) =>
    keepsLines && (one === '\n' || one === '\t')
      ? one
      : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

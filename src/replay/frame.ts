// The bytes of EMSC's websocket frames, in the server's own white space: what a parser meets in the wild.
// Pure. Model: fixtures/emsc/websocket/update-20240330_0000303.wire.json.

/** `{"action":"create","data":{⏎  "type": "Feature",⏎ …⏎}}` from the text of a Feature; numbers keep their text. */
export function encodeFrame(action: string, featureText: string): string {
  return `{"action":${JSON.stringify(action)},"data":${indentJson(featureText)}}`;
}

/** The same JSON with a line for each member, two spaces a level; strings and numbers stay as they are. */
export function indentJson(text: string): string {
  let out = '';
  let level = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g)) {
    if (token === '{' || token === '[') out += token + newLine(++level);
    else if (token === '}' || token === ']') out += newLine(--level) + token;
    else if (token === ',') out += token + newLine(level);
    else out += token === ':' ? ': ' : token;
  }
  // An empty object or list stays on its line.
  return out.replace(/([{[])\n\s*\n\s*([}\]])/g, '$1$2');
}

function newLine(level: number): string {
  return `\n${'  '.repeat(level)}`;
}

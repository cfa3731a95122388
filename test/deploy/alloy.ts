// Reads Alloy's configuration syntax as far as ours uses it: blocks with a label, attributes, comments; values as text whose
// brackets and strings are whole. Grammar: https://grafana.com/docs/alloy/latest/get-started/configuration-syntax/. Pure.

export interface AlloyBlock {
  /** Such as `loki.process` or, inside it, `stage.json`. */
  readonly name: string;
  /** null: it has none. */
  readonly label: string | null;
  /** Values as written, with spaces at their ends gone. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly blocks: readonly AlloyBlock[];
}

const TOKEN =
  /\s+|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|[A-Za-z_][\w.]*|\d+(?:\.\d+)?|[-+*/=<>!&|]+|[{}()[\],]/y;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

interface Token {
  readonly text: string;
  /** Behind a line break. */
  readonly isFirst: boolean;
}

/** Throws SyntaxError with what was expected and found. */
export function parseAlloy(text: string): AlloyBlock[] {
  const tokens = split(text);
  let at = 0;
  const fail = (wanted: string): never => {
    throw new SyntaxError(`expected ${wanted}, found "${tokens[at]?.text ?? 'the end'}"`);
  };
  const take = (wanted: string): void => {
    if (tokens[at]?.text !== wanted) fail(`"${wanted}"`);
    at++;
  };

  function body(isInner: boolean): Pick<AlloyBlock, 'attributes' | 'blocks'> {
    const attributes: Record<string, string> = {};
    const blocks: AlloyBlock[] = [];
    while (at < tokens.length && tokens[at]!.text !== '}') {
      const name = tokens[at]!.text;
      if (!/^[A-Za-z_]/.test(name)) fail('a name');
      at++;
      if (tokens[at]?.text === '=') {
        at++;
        attributes[name] = value();
        continue;
      }
      const label = tokens[at]?.text.startsWith('"') ? (JSON.parse(tokens[at++]!.text) as string) : null;
      take('{');
      blocks.push({ name, label, ...body(true) });
      take('}');
    }
    if (!isInner && at < tokens.length) fail('the end');
    return { attributes, blocks };
  }

  /** To the end of the line that no bracket holds open. */
  function value(): string {
    const parts: string[] = [];
    const open: string[] = [];
    while (at < tokens.length) {
      const { text: token, isFirst } = tokens[at]!;
      if (open.length === 0 && (isFirst || token === '}')) break;
      if (token in CLOSING) open.push(CLOSING[token]!);
      else if (/^[})\]]$/.test(token) && open.pop() !== token) fail('the bracket that was opened');
      parts.push(token);
      at++;
    }
    if (open.length > 0) fail(`"${open.at(-1)}"`);
    if (parts.length === 0) fail('a value');
    return parts.join(' ').replace(/^\{ \}$/, '{}');
  }

  return [...body(false).blocks];
}

/** Components that are referred to (`loki.write.loki.receiver`) and are not in the file. */
export function findDangling(blocks: readonly AlloyBlock[]): string[] {
  const known = new Set(blocks.map(({ name, label }) => `${name}.${label}`));
  const referred = new Set<string>();
  const visit = ({ attributes, blocks: inner }: AlloyBlock): void => {
    for (const text of Object.values(attributes)) {
      const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '');
      for (const [, component] of bare.matchAll(/\b((?:loki|discovery)(?:\.\w+)+)\.\w+/g))
        referred.add(component!);
    }
    inner.forEach(visit);
  };
  blocks.forEach(visit);
  return [...referred].filter((component) => !known.has(component));
}

function split(text: string): Token[] {
  const tokens: Token[] = [];
  let isFirst = true;
  TOKEN.lastIndex = 0;
  for (let position = 0; position < text.length; position = TOKEN.lastIndex) {
    TOKEN.lastIndex = position;
    const found = TOKEN.exec(text);
    if (!found) throw new SyntaxError(`expected a token, found "${text.slice(position, position + 20)}"`);
    const [token] = found;
    if (/^(\s|\/\/)/.test(token)) isFirst ||= token.includes('\n');
    else {
      tokens.push({ text: token, isFirst });
      isFirst = false;
    }
  }
  return tokens;
}

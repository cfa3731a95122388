// What a page says: every text and every name that it shows or tells a screen reader, and the catalogue's phrases as
// patterns to hold them against.

import type { Page } from 'playwright-core';

/** In the page: visible texts, and the attributes that are read out or shown on pointing. */
const COLLECT = `(() => {
  const found = new Set();
  const add = (text) => {
    for (const part of text.split(' · ')) {
      const words = part.replace(/[\\u00a0\\u202f]/g, ' ').replace(/^[\\s·,:()]+|[\\s·,:(]+$/g, '').replace(/^\\)?\\.$/, '');
      if (/\\p{L}/u.test(words)) found.add(words);
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent.closest('script, style, noscript, kbd, [inert], [hidden]') !== null) continue;
    if (parent.closest('option') === null && !parent.checkVisibility()) continue;
    add(node.data);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [aria-valuetext]')) {
    if (element.closest('[inert], [hidden]') !== null || !element.checkVisibility()) continue;
    for (const name of ['aria-label', 'title', 'aria-valuetext']) {
      const value = element.getAttribute(name);
      if (value !== null) add(value);
    }
  }
  return [...found];
})()`;

/** Texts with letters in them, each once, parted at the middle dot that joins facts. */
export async function listWords(page: Page): Promise<string[]> {
  return (await page.evaluate(COLLECT)) as string[];
}

type Leaf = string | ((...args: never[]) => unknown);

/**
 * A pattern for each phrase of a catalogue: what is put in stands for anything. Dates of the locale, durations and lengths
 * are phrases too. `but`: phrases that another catalogue has as well are left out.
 */
export function toPhrases(
  catalogue: readonly object[],
  locale: string,
  but: readonly object[] = [],
): RegExp[] {
  const others = new Set(but.flatMap(toPatterns));
  const own = catalogue.flatMap(toPatterns).filter((pattern) => !others.has(pattern));
  if (but.length === 0) own.push(...toFormats(catalogue[0] as { delay: Record<string, string> }, locale));
  return [...new Set(own)].map((pattern) => new RegExp(`^${pattern}$`, 'u'));
}

const toPatterns = (catalogue: object): string[] => [...listLeaves(catalogue)].flatMap(toPattern);

function* listLeaves(node: unknown): Generator<Leaf> {
  if (typeof node === 'string' || typeof node === 'function') yield node as Leaf;
  else if (typeof node === 'object' && node !== null)
    for (const value of Object.values(node)) yield* listLeaves(value);
}

/** A number with its unit. */
const LENGTH = '[\\d.,]+ (?:km|mi)';

const countLetters = (text: string) => text.replaceAll(GAP, '').replace(/[^\p{L}]/gu, '').length;

/** Stands in a phrase for what is put in. */
const GAP = '\uE000';

/** Of each part; a phrase without letters would match anything and has none, one of a single letter is of a length. */
function toPattern(leaf: Leaf): string[] {
  const texts = typeof leaf === 'string' ? [leaf] : callWithGaps(leaf as (...args: unknown[]) => unknown);
  return texts
    .map((text) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/[.:,…]?$/, ''))
    .flatMap((text) => [text, ...text.split(' · ')])
    .filter((text) => countLetters(text) >= 1)
    .map(
      (text) =>
        `${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(GAP, countLetters(text) >= 2 ? '.+' : LENGTH)}[.:…]?`,
    );
}

/** One and several: plurals are made in the phrase. A gap may be a function that writes a number. */
function callWithGaps(phrase: (...args: unknown[]) => unknown): string[] {
  const texts: string[] = [];
  for (const count of [1, 2])
    for (const first of [count, GAP, () => GAP]) {
      try {
        const rest = Array.from({ length: Math.max(0, phrase.length - 1) }, () => GAP);
        const said = phrase(first, ...rest);
        for (const one of Array.isArray(said) ? said : [said]) {
          const text = String(one);
          // A count that was put in as it is stands for any.
          texts.push(typeof first === 'number' ? text.replace(String(count), GAP) : text);
        }
      } catch {
        // Not a phrase of this shape.
      }
    }
  return texts;
}

/** What Intl and the units write: dates, months, weekdays, times with a zone, durations, lengths, coordinates. */
function toFormats({ delay }: { delay: Record<string, string> }, locale: string): string[] {
  const names = (options: Intl.DateTimeFormatOptions, count: number, step: number) =>
    Array.from({ length: count }, (_, i) =>
      new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
        .formatToParts(Date.UTC(2023, 0, 1) + i * step)
        .filter(({ type }) => type === 'month' || type === 'weekday')
        .map(({ value }) => value.replace('.', '\\.?')),
    ).flat();
  const month = 31 * 86_400_000;
  const months = [
    ...names({ month: 'short', day: 'numeric' }, 12, month),
    ...names({ month: 'long', day: 'numeric' }, 12, month),
  ];
  const weekdays = names({ weekday: 'long' }, 7, 86_400_000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const days = [0, -1].map((offset) => relative.format(offset, 'day'));
  const date = `(?:(?:${weekdays.join('|')}),? )?\\d{1,2}\\.? (?:de )?(?:${months.join('|')})(?: (?:de )?\\d{4})?`;
  const clock = '\\d{1,2}:\\d{2}(?::\\d{2})?';
  const zone = '(?: ?\\(?(?:GMT|UTC|ME?S?Z|CES?T)[+−-]?\\d*\\)?)?';
  const units = Object.values(delay).join('|');
  const duration = `\\d[\\d.,]* (?:${units})(?: \\d+ (?:${units}))?`;
  return [
    `(?:${date}|${days.join('|')}),?(?: ${clock})?${zone}`.replace(/^/, '(?:').concat(')'),
    `(?:${days.map((day) => day[0]!.toUpperCase() + day.slice(1)).join('|')})(?:, ${clock})?${zone}`,
    duration,
    '(?:[<>≥] )?[−-]?[\\d.,]+(?:[–-][\\d.,]+)? (?:km|mi)',
    '[\\d.,]+° [NSOWE], [\\d.,]+° [NSOWE]',
    '[−-]?\\d[.,]\\d \\p{L}+(?:\\(.*\\))?',
    '\\p{L}{1,4}(?:\\(.*\\))? [−-]?\\d[.,]\\d',
    'UTC[+−][\\d:]+',
    '×[\\d.,]+',
  ];
}

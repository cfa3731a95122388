// The languages that the page speaks, and which one a reader gets. Pure, browser-safe.

export const LANGUAGES = ['en', 'de', 'es'] as const;
export type LanguageCode = (typeof LANGUAGES)[number];

/** Each in its own words: who cannot read the others must find it. */
export const LANGUAGE_NAMES: Readonly<Record<LanguageCode, string>> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
};

/**
 * The chosen one, or the first of the browser's languages (`navigator.languages`) that the page speaks; English when
 * it speaks none.
 */
export function chooseLanguage(chosen: LanguageCode | 'auto', preferred: readonly string[]): LanguageCode {
  if (chosen !== 'auto') return chosen;
  for (const tag of preferred) {
    const language = LANGUAGES.find((known) => known === tag.toLowerCase().split('-')[0]);
    if (language !== undefined) return language;
  }
  return 'en';
}

/** Browsers send some dozen letters. */
const ACCEPT_LANGUAGE_MAX = 200;

/**
 * Of a request's `Accept-Language` (RFC 9110, 12.5.4), the most wanted first; what is not wanted (`q=0`), `*`, what is no
 * tag, and what stands behind ACCEPT_LANGUAGE_MAX letters are left out.
 */
export function parseAcceptLanguage(header: string): string[] {
  return header
    .slice(0, ACCEPT_LANGUAGE_MAX)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((one) => one.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i.test(tag) && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}

/**
 * The locale of numbers and dates: the reader's own variety of the language (`de-CH`, `es-MX`), else its usual one.
 * English without a variety is written with day before month.
 */
export function chooseLocale(language: LanguageCode, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return own ?? { en: 'en-GB', de: 'de-DE', es: 'es-ES' }[language];
}

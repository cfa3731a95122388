// Region names in sentence case. Agencies shout Flinn–Engdahl names ("OFF COAST OF CENTRAL CHILE"); a list of them
// in capitals cannot be read. Pure, browser-safe.

/** Common nouns and prepositions of Flinn–Engdahl names (757 names, 1995), never part of a proper name there. */
const COMMON = new Set(
  'of the off near and border bord brd region regions reg area coast coastal interior offshore central'.split(
    ' ',
  ),
);
/** Adjectives of direction; kept large where they belong to a name (NAMED_PAIRS). */
const DIRECTIONS =
  /^(north|south|east|west|northeast|northwest|southeast|southwest|northern|southern|eastern|western|northeastern|northwestern|southeastern|southwestern)$/;
/** Words before which a direction is part of the name: "South Sandwich Islands", "Western Australia". */
const NAMED_PAIRS = new Set(
  (
    'north atlantic|south atlantic|north pacific|south pacific|southeast pacific|south indian|north indian|' +
    'southwest indian|southeast indian|south sandwich|south georgia|south shetland|south orkney|south carolina|' +
    'north carolina|south dakota|north dakota|south australia|western australia|west virginia|north island|' +
    'south island|south korea|north korea|south china|east china|north sea|south africa|west timor|east timor|' +
    'western sahara|northern territory|north macedonia|south sudan|east siberian|northwest territories|' +
    'central african|central america|south wales|east pacific|west chile|west papua|northern ireland|' +
    'northern mariana'
  ).split('|'),
);
const ABBREVIATION = /^(?:[A-Z]\.)+[A-Z]?\.?$|^(?:USA|UK|PNG|CIS|FYROM|[NS][EW]|[NSEW])$/;

/**
 * "OFF COAST OF CENTRAL CHILE" → "Off coast of central Chile". A name that already has small letters comes back as it
 * is: its author wrote it with care. Unknown words are taken for proper names.
 */
export function toSentenceCase(region: string): string {
  const trimmed = region.trim();
  if (trimmed !== trimmed.toUpperCase()) return trimmed;
  const words = trimmed.split(/([\s,()/]+|-)/);
  let lastWord = '';
  const cased = words.map((word, i) => {
    if (i % 2 === 1 || word === '') return word;
    const lower = word.toLowerCase();
    const next = words[i + 2]?.toLowerCase() ?? '';
    const previous = lastWord;
    lastWord = lower;
    if (ABBREVIATION.test(word)) return word;
    if (previous === '') return capitalise(lower);
    if (/^d['’]/.test(lower) && isWithinName(previous, words[i - 1]!))
      return `${lower.slice(0, 2)}${capitalise(lower.slice(2))}`;
    if (COMMON.has(lower.replace('.', '')) && !NAMED_PAIRS.has(`${lower} ${next}`)) return lower;
    if (DIRECTIONS.test(lower) && !NAMED_PAIRS.has(`${lower} ${next}`)) return lower;
    return capitalise(lower);
  });
  return cased.join('');
}

/** "Côte d'Ivoire", but "near D'Entrecasteaux". */
function isWithinName(previous: string, separator: string): boolean {
  return !/[,()/]/.test(separator) && !COMMON.has(previous.replace('.', '')) && !DIRECTIONS.test(previous);
}

/** With a letter before an apostrophe also the one after it: "O'Higgins"; not "Primor'ye". */
function capitalise(lower: string): string {
  return lower.replace(/^(\P{L}*)(\p{L}(?:['’]\p{L}(?=\p{L}))?)/u, (found) => found.toUpperCase());
}

// How seismologists write the types of magnitudes. Agencies send them in any case ("mw", "ML", "MWW"); the data keep
// what the agency sent, and what people read goes through here. Pure, browser-safe.
//
// Sources: Bormann and Dewey, "The new IASPEI standards for determining magnitudes from digital data", NMSOP-2, IS 3.3
// (ML, mb, mb_Lg, mB_BB, Ms_20, Ms_BB, Mw); USGS, "Magnitude Types" (kinds of Mw: b body waves, c centroid, p P waves,
// r regional, w W phase; Md, Mh, Me, Mi, Ma, Mfa); the Japan Meteorological Agency (MJMA).

const WRITTEN = [
  'M',
  ...['Mw', 'Mwb', 'Mwc', 'Mwp', 'Mwpd', 'Mwr', 'Mww', 'Me', 'Mi'],
  ...['ML', 'MLv', 'MLh', 'MLg', 'Md', 'Mc', 'Mh', 'Ma', 'Mfa', 'MJMA'],
  ...['mb', 'mb_Lg', 'mB_BB', 'Ms', 'Ms_20', 'Ms_BB'],
] as const;

const BY_LETTERS = new Map<string, string>([
  ...WRITTEN.map((type) => [type.toLowerCase(), type] as const),
  ['mblg', 'mb_Lg'],
  ['ms20', 'Ms_20'],
  ['mj', 'MJMA'],
]);
/** Words of agencies for "no type is known". */
const UNKNOWN = new Set(['', 'uk', 'un', 'unk', 'unknown', 'none']);

/**
 * "mw" → "Mw", "ML" → "ML", "mblg" → "mb_Lg". "M" when the agency gives none, which says no more than "a magnitude". "mB"
 * (broadband) and "mb" differ in the case alone, so "mB" stays; a type that is not in the table is written as it came.
 */
export function toMagnitudeTypeName(type: string | null): string {
  const known = type?.trim() ?? '';
  if (known === 'mB') return known;
  if (UNKNOWN.has(known.toLowerCase())) return 'M';
  return BY_LETTERS.get(known.toLowerCase()) ?? known;
}

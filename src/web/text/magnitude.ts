// A magnitude as agencies write it, the type before the value, in this one order wherever both stand in a line of text.
// Pure, browser-safe.

import { toMagnitudeTypeName } from '../../event/magnitude-type.ts';
import type { Formats } from './formats.ts';

/** "Mw 7.8"; "M 7.8" where the agency gives no type. */
export function formatMagnitude(magnitude: { value: number; type: string | null }, formats: Formats): string {
  return `${toMagnitudeTypeName(magnitude.type)} ${formats.magnitude(magnitude.value)}`;
}

/** A pointer that moved less than this between press and release, CSS pixels, meant what it pressed. */
export const TAP_MAX_PX = 6;

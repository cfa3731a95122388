// The reader's choice of light or dark over the system's: the style sheet asks the system in a media rule, and a choice
// rewrites that rule's condition, so that each colour is written once.

import type { SchemeChoice } from '../state/settings.ts';

const SYSTEM_DARK = 'screen and (prefers-color-scheme: dark)';
/** On paper it is always light. */
const ALWAYS = 'screen';
const NEVER = 'not all';

/** Rules found at first, when they still ask the system. */
let darkRules: CSSMediaRule[] | null = null;

export function applyScheme(choice: SchemeChoice): void {
  // As it is from the start: a rule written anew, even the same, is a page styled anew.
  if (choice === 'auto' && darkRules === null) return;
  darkRules ??= [...document.styleSheets].flatMap((sheet) => listDarkRules(sheet));
  const condition = choice === 'auto' ? SYSTEM_DARK : choice === 'dark' ? ALWAYS : NEVER;
  for (const rule of darkRules) rule.media.mediaText = condition;
  // What the browser draws itself: scroll bars, sliders, menus.
  document.documentElement.style.colorScheme = choice === 'auto' ? '' : choice;
}

function listDarkRules(sheet: CSSStyleSheet): CSSMediaRule[] {
  try {
    return [...sheet.cssRules].filter(
      (rule): rule is CSSMediaRule =>
        rule instanceof CSSMediaRule &&
        rule.media.mediaText.replaceAll(' ', '') === SYSTEM_DARK.replaceAll(' ', ''),
    );
  } catch {
    return []; // a sheet of an extension's, which may not be read
  }
}

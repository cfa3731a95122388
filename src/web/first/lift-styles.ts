// Takes the style attributes out of markup and makes rules of them: the content security policy allows a style sheet
// whose hash it knows, and no attribute. Pure.

export interface LiftedStyles {
  readonly markup: string;
  readonly style: string;
}

/** What the components set: properties, numbers, units, functions, variables. Anything else is dropped. */
const PLAIN_STYLE = /^[\w\s:;.,%#()+*/-]*$/;
/** Marks that only the app and its tests read. */
const APP_ONLY = / data-(?:testid|event-id|revision|index|count)="[^"]*"/g;

/** `markup` is the renderer's: quotes in text and in values are escaped there. */
export function liftStyles(markup: string): LiftedStyles {
  const numbers = new Map<string, number>();
  const lifted = markup.replace(APP_ONLY, '').replace(/ style="([^"]*)"/g, (_, declarations: string) => {
    if (!PLAIN_STYLE.test(declarations)) return '';
    const number = numbers.get(declarations) ?? numbers.size;
    numbers.set(declarations, number);
    return ` data-s="${number}"`;
  });
  const style = [...numbers]
    .map(([declarations, number]) => `#app [data-s="${number}"]{${declarations}}`)
    .join('');
  return { markup: lifted, style };
}

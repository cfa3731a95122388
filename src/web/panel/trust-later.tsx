// What stands behind the pill, loaded when it is first opened: few look, and the list is usable sooner.

import type { App } from '../state/app.ts';
import { createLater } from './later.ts';
import { SheetHead } from './sheet-head.tsx';

export interface TrustProps {
  readonly app: App;
  readonly onClose: () => void;
}

const load = () => import('./trust.tsx');
const useTrust = createLater(load);

/** Brings the code while the server is there: it is asked for most when it is not. A failure is met when it is opened. */
export function preloadTrust(): void {
  load().catch(() => {});
  // The key that opens it is pressed then too.
  import('./key-actions.ts').catch(() => {});
}

export function TrustLater(props: TrustProps) {
  const { module: trust, failed } = useTrust();
  if (trust !== null) return <trust.TrustPanel {...props} />;
  const { text } = props.app;
  return (
    <section class="sheet" aria-label={text.trust}>
      <SheetHead app={props.app} label={text.back} onClose={props.onClose} />
      <p class="notice">{failed ? text.trustFailed : `${text.loading}…`}</p>
    </section>
  );
}

// What stands behind the pill, loaded when it is first opened: few look, and the list is usable sooner.

import { useEffect, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { SheetHead } from './sheet-head.tsx';

export interface TrustProps {
  readonly app: App;
  readonly onClose: () => void;
}

type TrustPanel = typeof import('./trust.tsx')['TrustPanel'];
let loaded: TrustPanel | null = null;

export function TrustLater(props: TrustProps) {
  const [Panel, setPanel] = useState<{ draw: TrustPanel } | null>(loaded && { draw: loaded });
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (Panel !== null) return;
    import('./trust.tsx').then(
      ({ TrustPanel }) => {
        loaded = TrustPanel;
        setPanel({ draw: TrustPanel });
      },
      () => setFailed(true),
    );
  }, []);
  if (Panel !== null) return <Panel.draw {...props} />;
  const { text } = props.app;
  return (
    <section class="sheet" aria-label={text.trust}>
      <SheetHead app={props.app} label={text.back} onClose={props.onClose} />
      <p class="notice">{failed ? text.trustFailed : `${text.loading}…`}</p>
    </section>
  );
}

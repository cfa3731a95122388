// The contents of settings and keys once their code is there; nothing until then.

import { useEffect, useState } from 'preact/hooks';
import type { App } from '../state/app.ts';

type Tools = typeof import('./tools.tsx');
let loaded: Tools | null = null;

export interface ToolProps {
  readonly app: App;
  readonly show: 'SettingsForm' | 'KeysTable';
}

export function Tool({ app, show }: ToolProps) {
  const [tools, setTools] = useState(loaded);
  useEffect(() => {
    if (tools !== null) return;
    import('./tools.tsx').then(
      (found) => {
        loaded = found;
        setTools(found);
      },
      () => {}, // opening it anew tries again
    );
  }, []);
  if (tools === null) return <p class="hint">{`${app.text.loading}…`}</p>;
  const Contents = tools[show];
  return <Contents app={app} />;
}

// The contents of settings and keys once their code is there; nothing until then.

import type { App } from '../state/app.ts';
import { createLater } from './later.ts';

const useTools = createLater(() => import('./tools.tsx'));

export interface ToolProps {
  readonly app: App;
  readonly show: 'SettingsForm' | 'KeysTable';
}

export function Tool({ app, show }: ToolProps) {
  const tools = useTools().module;
  if (tools === null) return <p class="hint">{`${app.text.loading}…`}</p>;
  const Contents = tools[show];
  return <Contents app={app} />;
}

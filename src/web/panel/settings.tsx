// The reader's settings, in a popover of the browser's own: it closes with Escape and by a click beside it.

import { useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { Tool } from './tools-later.tsx';

export function SettingsButton({ app }: { app: App }) {
  const { text } = app;
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={text.settings}
        title={text.settings}
        popovertarget="settings"
        data-testid="settings-open"
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 5h7M13 5h1M2 11h1M7 11h7" />
          <circle cx="11" cy="5" r="1.8" />
          <circle cx="5" cy="11" r="1.8" />
        </svg>
      </button>
      <div
        class="popover"
        id="settings"
        popover="auto"
        role="dialog"
        aria-label={text.settings}
        data-testid="settings"
        onBeforeToggle={() => setOpened(true)}
      >
        {opened ? <Tool app={app} show="SettingsForm" /> : null}
      </div>
    </>
  );
}

// In which order the list stands. Where the reader is, is asked of the device only on that choice, and stays in the
// browser.

import { useState } from 'preact/hooks';
import type { App } from '../state/app.ts';
import { ORDERS, type Order } from '../state/order.ts';

export function OrderChoice({ app }: { app: App }) {
  const { text, order } = app;
  const [asked, setAsked] = useState<'waiting' | 'denied' | null>(null);

  const choose = (chosen: Order) => {
    setAsked(null);
    order.value = chosen;
    if (chosen !== 'nearest' || app.place.peek() !== null) return;
    setAsked('waiting');
    const deny = () => {
      // Another order may have been chosen while the device was asked.
      if (order.peek() !== 'nearest') return;
      setAsked('denied');
      order.value = 'centre';
    };
    if (!('geolocation' in navigator)) return deny();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setAsked(null);
        app.place.value = { latitudeDeg: coords.latitude, longitudeDeg: coords.longitude };
      },
      deny,
      // A quake's distance needs no better than the town.
      { enableHighAccuracy: false, timeout: 15_000, maximumAge: 600_000 },
    );
  };
  return (
    <div class="order">
      <label>
        <span class="visually-hidden">{text.orderLabel}</span>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M5 13V3M2.5 5.5L5 3l2.5 2.5M11 3v10M8.5 10.5L11 13l2.5-2.5" />
        </svg>
        <select
          data-testid="order"
          value={order.value}
          onChange={(event) => choose(event.currentTarget.value as Order)}
        >
          {ORDERS.map((one) => (
            <option key={one} value={one}>
              {text.orders[one]}
            </option>
          ))}
        </select>
      </label>
      {asked === null ? null : (
        <p class="hint" role="status" data-testid="order-hint">
          {asked === 'waiting' ? text.placeWaiting : text.placeDenied}
        </p>
      )}
    </div>
  );
}

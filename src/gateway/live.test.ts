import { expect, test } from 'vitest';
import { createEvent, openStream, startGateway, waitUntil } from '../../test/support/gateway.ts';

test('GET /live says hello, then sends each event with its cursor', async () => {
  await using running = await startGateway();
  const stream = await openStream(running.url);
  expect(stream.response.headers['content-type']).toBe('text/event-stream');
  await stream.until((messages) => messages.length === 1);
  expect(stream.messages[0]!.event).toBe('hello');
  const event = createEvent(1);
  await running.publish(event);
  await stream.until((messages) => messages.length === 2);
  const epoch = await running.log.epoch('quake.events.v1');
  expect(stream.messages[1]).toMatchObject({ event: 'event', id: `${epoch}:0` });
  expect(JSON.parse(stream.messages[1]!.data)).toEqual(event);
  stream.close();
  await waitUntil(() => running.gateway.app.server.listening);
});

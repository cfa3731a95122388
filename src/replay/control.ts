// `POST /control` of a replay: the control calls as JSON, for tests that run the replay as a process of its own.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { toMessage } from '../errors.ts';
import { FDSN_FAULTS, parseFaultRates } from './faults.ts';
import type { ReplayControl } from './replay.ts';

/** The body of a request. `feature`: a GeoJSON Feature. `faults`: rates as text for `faults`, a list for `fail-next`. */
export type ControlCommand =
  | { readonly do: 'send'; readonly frame: string }
  | {
      readonly do: 'publish';
      readonly action: 'create' | 'update';
      readonly feature: unknown;
      readonly quietly?: boolean;
    }
  | { readonly do: 'remove'; readonly unid: string }
  | { readonly do: 'faults'; readonly faults: string }
  | { readonly do: 'fail-next'; readonly faults: readonly string[] }
  | { readonly do: 'accept'; readonly connections: boolean }
  | { readonly do: 'drop' | 'freeze' | 'pause' | 'resume' };

const BODY_BYTES_MAX = 1_000_000;

/** Answers 204 when done, 400 with the reason when the command cannot be used. */
export function createControlRoute(control: ReplayControl) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (request.method !== 'POST') throw new Error('expected POST');
      obey(control, JSON.parse(await readBody(request)) as ControlCommand);
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${toMessage(error)}\n`);
    }
  };
}

function obey(control: ReplayControl, command: ControlCommand): void {
  switch (command.do) {
    case 'send':
      control.send(command.frame);
      break;
    case 'publish':
      control.publish(command.action, JSON.stringify(command.feature), {
        quietly: command.quietly ?? false,
      });
      break;
    case 'remove':
      control.remove(command.unid);
      break;
    case 'faults':
      control.setFaults(parseFaultRates(command.faults));
      break;
    case 'fail-next':
      control.failNext(...FDSN_FAULTS.filter((fault) => command.faults.includes(fault)));
      break;
    case 'accept':
      control.accept(command.connections);
      break;
    case 'drop':
    case 'freeze':
    case 'pause':
    case 'resume':
      control[command.do]();
      break;
    default:
      throw new Error(`unknown command ${JSON.stringify(command)}`);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) throw new Error(`expected at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

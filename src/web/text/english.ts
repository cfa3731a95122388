// Every word the page says, in English: the catalogue that other languages will fill too. Pure, browser-safe.
// Numbers and times arrive formatted (./formats.ts); plurals are made here.

const events = (count: number, number: string) => `${number} ${count === 1 ? 'event' : 'events'}`;

export const ENGLISH = {
  title: 'Quakewire',
  notice: 'Information, not an early warning.',

  // The connection, in words.
  loading: 'Loading',
  connecting: 'Connecting',
  live: 'Live',
  liveLastMessage: (ago: string) => `Live · last message ${ago}`,
  livePolled: (seconds: string) => `Live by poll · up to ${seconds} s late`,
  polledDetail:
    'No live stream is free. This page asks every second, misses nothing, and goes back to the stream by itself.',
  quiet: 'Quiet',
  quietLastMessage: (ago: string) => `Quiet · last message ${ago}`,
  quietDetail: 'Connected to the agency; nothing new has been published.',
  reconnecting: 'Reconnecting',
  offlineSince: (time: string) => `Offline since ${time}`,
  caughtUp: (count: number, number: string) => `Caught up: ${number} ${count === 1 ? 'change' : 'changes'}`,
  fault: {
    network: 'The server cannot be reached.',
    ended: 'The connection was lost.',
    silent: 'The server has gone silent.',
    unreadable: (detail: string) =>
      `The server’s answer could not be read (${detail}). If this lasts, reload the page: it may be older than the server.`,
    full: 'The server is full and asks to wait.',
    refused: (status: number) => `The server answered ${status}.`,
  },
  tryingAgain: (seconds: string) => `Trying again in ${seconds} s.`,
  tryingNow: 'Trying again now.',
  browserOffline: 'This device has no network.',
  showingLoaded: 'Showing what was loaded.',
  agencyUnreachable: (agency: string, time: string) => `${agency} cannot be reached since ${time}`,
  agencyRefused: (agency: string) => `${agency} cannot be read`,
  agencyConnecting: (agency: string) => `Connecting to ${agency}`,
  showingStored: 'Showing what is stored. Try the demo: npm run demo',
  filling: (agency: string) => `Asking ${agency} for what was missed`,
  backfill: (percent: string, reports: string) => `Loading the last 7 days: ${percent}, ${reports} reports`,
  replay: 'Replay',
  replayPolled: (seconds: string) => `Replay by poll · up to ${seconds} s late`,
  replayOf: (dateTime: string, speed: string) => `${dateTime} · ×${speed}`,
  replayNotice: 'A recording, not the present.',

  // The list.
  list: 'Earthquakes, newest first',
  countShown: (count: number, number: string) => events(count, number),
  countOf: (shown: string, total: string) => `${shown} of ${total} events`,
  loadingOlder: (loaded: string, total: string) => `loading ${loaded} of ${total}`,
  listedNewest: (number: string) => `the list has the newest ${number}`,
  noMagnitude: 'no magnitude',
  noMagnitudeShort: 'none',
  noRegion: 'Region not given',
  noDepth: 'depth not given',
  depth: (kilometres: string) => `${kilometres} km deep`,
  aboveSeaLevel: (kilometres: string) => `${kilometres} km above sea level`,
  revision: (number: string) => `rev. ${number}`,
  revisionLong: (number: string) => `revision ${number}`,
  withdrawn: 'withdrawn',
  starter: 'starter data',
  starterNote:
    'From the starter catalogue that ships with Quakewire (USGS, M 4.5 and larger, 2022–2025), not from a live agency.',
  emptyFiltered: 'No event matches.',
  emptyStore: 'Nothing is stored yet.',
  showEverything: (count: number, number: string) => `Show all ${events(count, number)}`,
  newBigEvent: (magnitude: string, region: string) => `New earthquake: magnitude ${magnitude}, ${region}`,

  // Time.
  secondsAgo: (seconds: number) => `${seconds} s ago`,
  minutesAgo: (minutes: number) => `${minutes} min ago`,
  hoursAgo: (hours: number) => `${hours} h ago`,
  daysAgo: (days: number) => `${days} d ago`,
  delay: { seconds: 's', minutes: 'min', hours: 'h', days: 'd' },

  // One event.
  detail: 'Selected earthquake',
  close: 'Close',
  eventUnknown: 'This event is not known here.',
  localTime: 'Your time',
  utcTime: 'UTC',
  depthLabel: 'Depth',
  epicentre: 'Epicentre',
  agency: 'Agency',
  agencyAuthor: (agency: string, author: string) => `${agency}, computed by ${author}`,
  eventType: 'Type',
  reports: 'Reports',
  reportsLoading: 'Loading the reports…',
  reportsFailed: 'The reports could not be loaded.',
  retry: 'Try again',
  noReports: 'No reports are stored for this event.',
  firstReport: 'first report',
  reportAfter: (delay: string) => `${delay} after origin`,
  reportBefore: 'before its origin time',
  withdrawalReport: 'Withdrawn by the agency',
  nothingChanged: 'nothing that is shown here',
  changedMagnitude: (from: string, to: string) => `magnitude ${from} → ${to}`,
  changedDepth: (from: string, to: string) => `depth ${from} → ${to}`,
  changedTime: (shift: string) => `origin time ${shift}`,
  changedEpicentre: (distance: string) => `epicentre moved ${distance}`,
  changedRegion: 'region renamed',
  changedType: (to: string) => `type: ${to}`,
  changedAuthor: (to: string) => `computed by ${to}`,
  agencyPage: (agency: string) => `This event at ${agency}`,

  // Filters and the legend.
  filters: 'What is shown',
  magnitudeFilter: 'Magnitude',
  magnitudeAtLeast: (value: string) => `${value} and larger`,
  magnitudeAll: 'all',
  ageFilter: 'Time',
  ages: { day: '24 hours', week: '7 days', month: '30 days', all: 'All' },
  legendAge: 'Age',
  legendMagnitude: 'Magnitude',
  ageClasses: ['hour', 'day', 'week', 'month', 'older'],
  ageClassTitles: ['Past hour', 'Past day', 'Past week', 'Past 30 days', 'Older'],

  // The map.
  map: 'Map of earthquakes',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  globe: 'Globe',
  flat: 'Flat map',
  wholeWorld: 'Whole world',
  mapFailed: 'The map cannot be drawn here: this browser offers no WebGL 2. The list works without it.',

  // The panel.
  panel: 'Earthquakes',
  resize: 'Show more or less of the panel',
  attribution: 'Data',
  attributionBasemap: 'Map: Natural Earth',
} as const;

export type Text = typeof ENGLISH;

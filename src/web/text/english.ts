// Every word the page says, in English: the catalogue that the other languages fill too (`Text`: a missing one does not
// compile). Numbers and times arrive formatted (./formats.ts); plurals are made here. Pure, browser-safe.

const events = (count: number, number: string) => `${number} ${count === 1 ? 'event' : 'events'}`;

export const ENGLISH = {
  title: 'Quakewire',
  notice: 'Information, not an early warning.',

  // The page for search engines, previews of links and readers without script.
  pageTitle: 'Quakewire: the world’s earthquakes, live',
  eventTitle: (magnitude: string, region: string) => `${magnitude}, ${region} · Quakewire`,
  eventTitleWithdrawn: (magnitude: string, region: string) =>
    `Withdrawn: ${magnitude}, ${region} · Quakewire`,
  eventUnknownTitle: 'Unknown event · Quakewire',

  // The connection, in words.
  loading: 'Loading',
  connecting: 'Connecting',
  live: 'Live',
  liveLastMessage: (ago: string) => `Live · ${ago}`,
  livePolled: (seconds: string) => `Live by poll · up to ${seconds} s late`,
  polledDetail:
    'No live stream is free. This page asks every second, misses nothing, and goes back to the stream by itself.',
  quietLastMessage: (ago: string) => `Quiet · ${ago}`,
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
  tryNow: 'Try now',
  browserOffline: 'This device has no network.',
  showingLoaded: 'Showing what was loaded.',
  starting: 'Waiting for the agencies',
  startingDetail: 'No agency has been heard of yet. What is shown is what is stored.',
  agencyUnreachable: (agency: string, time: string) => `${agency} cannot be reached since ${time}`,
  agencyRefused: (agency: string) => `${agency} cannot be read`,
  agencyConnecting: (agency: string) => `Connecting to ${agency}`,
  showingStored: 'Showing what is stored. Try the demo: npm run demo',
  filling: (agency: string) => `Asking ${agency} for what was missed`,
  backfill: (percent: string, reports: string) => `Loading the last 7 days: ${percent}, ${reports} reports`,
  replay: 'Replay',
  replayPolled: (seconds: string) => `Replay by poll · up to ${seconds} s late`,
  replayNotice: 'A recording, not the present.',
  replayEnded: 'The recording has ended.',
  replayHeld: 'Stopped: the server is away.',

  // The list.
  list: 'Earthquakes',
  orderLabel: 'Order',
  orders: {
    newest: 'Newest first',
    largest: 'Largest first',
    revised: 'Most revised first',
    nearest: 'Nearest to me',
    centre: 'Nearest to map centre',
  },
  placeWaiting: 'Asking this device where it is. The answer stays in this browser.',
  placeDenied: 'Your location is unavailable. The list is ordered from the map’s middle instead.',
  newAbove: (_count: number, number: string) => `${number} new above`,
  groupRevised: (times: number, number: string) => (times ? `Revised ${number}×` : 'Not revised'),
  groupMagnitude: (whole: string) => `Magnitude ${whole}`,
  groupMagnitudeBelow: (whole: string) => `Below magnitude ${whole}`,
  groupNoMagnitude: 'No magnitude',
  groupWithin: (distance: string) => `Within ${distance}`,
  groupBeyond: (distance: string) => `Further than ${distance}`,
  away: (distance: string) => `${distance} away`,
  timeTitle: (utc: string, local: string) => `${utc} UTC · ${local} your time`,
  dayAndTime: (day: string, time: string) => `${day}, ${time}`,
  countShown: (count: number, number: string) => events(count, number),
  countOf: (shown: string, total: string) => `${shown} of ${total} events`,
  storedSince: (date: string) => `since ${date}`,
  loadingOlder: (loaded: string, total: string) => `loading ${loaded} of ${total}`,
  listedNewest: (number: string) => `the list has the newest ${number}`,
  noMagnitude: 'no magnitude',
  noMagnitudeShort: 'none',
  noRegion: 'Region not given',
  noDepth: 'depth not given',
  deep: (distance: string) => `${distance} deep`,
  aboveSea: (distance: string) => `${distance} above sea level`,
  revised: (times: number, number: string) => (times === 1 ? 'revised' : `revised ${number}×`),
  withdrawn: 'withdrawn',
  starter: 'starter data',
  emptyFiltered: 'No earthquake matches what is chosen.',
  emptyMagnitude: (value: string) => `Magnitude ${value} and larger`,
  emptyStore: 'Nothing is stored yet.',
  everything: 'Show everything',
  usualView: 'Reset filters',

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
  placesLoading: 'Looking up cities…',
  placesFailed: 'The list of cities could not be loaded.',
  hemispheres: { north: 'N', south: 'S', east: 'E', west: 'W' },
  back: 'All earthquakes',
  utcTime: 'UTC',
  /** Of QuakeML's kinds of events (event/event-types.ts), which are English; what is not here is said as it is. */
  eventTypes: {} as Readonly<Record<string, string>>,
  // Filters and the legend.
  filters: 'What is shown',
  searchPlace: 'Search a region, country or city',
  placesFound: (count: number, number: string) => `${number} ${count === 1 ? 'place' : 'places'}`,
  moreFilters: 'More filters',
  moreFiltersChosen: (number: string) => `More filters (${number})`,
  magnitudeFilter: 'Magnitude',
  magnitudeAtLeast: (value: string) => `${value} and larger`,
  magnitudeAll: 'all',
  ageFilter: 'Time',
  ages: { day: '24 hours', week: '7 days', month: '30 days', all: 'All' },
  depthFilter: 'Depth',
  depths: { any: 'All', shallow: 'Shallow', intermediate: 'Middle', deep: 'Deep' },
  depthBands: (shallow: string, deep: string) => `shallow to ${shallow}, deep from ${deep}`,
  depthRange: {
    shallow: (to: string) => `less than ${to}`,
    intermediate: (from: string, to: string) => `${from} to ${to}`,
    deep: (from: string) => `${from} and more`,
  },
  kindFilter: 'Type',
  kinds: { any: 'All', earthquake: 'Earthquakes', other: 'Others', withdrawn: 'Withdrawn' },
  inViewFilter: 'Only what the map shows',
  // The map.
  map: 'Map of earthquakes',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  globe: 'Globe',
  flat: 'Flat map',
  wholeWorld: 'Whole world',
  fitList: 'Fit the map to what is listed',
  northUp: 'Turn north up',
  scaleBarHolds: 'Holds in the middle of the map',

  // How live it is.
  trust: 'How live is this?',
  trustOpen: (label: string) => `${label}. How live is this?`,
  trustFailed: 'This part of the page is not available now.',

  // Keys and settings.
  keys: 'Help and keys',
  keysOpen: 'Help and keys',
  settings: 'Settings',

  // The panel.
  panel: 'Earthquakes',
  resize: 'Show more or less of the panel',
  attribution: 'Data',
  attributionBasemap: 'Map: Natural Earth',
  attributionCities: 'Cities: GeoNames',
};

export type Text = typeof ENGLISH;

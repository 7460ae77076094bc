// The directions of imports, as DESIGN has them: main → app → carillon → contracts → {dispatcher, realtime, cleanup} →
// channels → deliveries → {notifications, preferences, audience} → catalogue → {auth, database, outbound, common, config}.
const ground = '(auth|database|outbound|common|config)';
const core = '(notifications|preferences|audience|channels|deliveries)';
const services = '(dispatcher|realtime|cleanup)';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    forbid('no-cycles', 'ES modules make a cycle fatal at the start.', {}, { circular: true }),
    forbid(
      'common-is-the-bottom',
      'common is used by everybody and knows nobody.',
      { path: '^src/common/' },
      { path: '^src/(?!common/)' },
    ),
    forbid(
      'config-knows-common-only',
      'config is read by everybody, and reads nobody.',
      { path: '^src/config/' },
      { path: '^src/(?!config/|common/)' },
    ),
    forbid(
      'database-knows-no-module',
      'The database layer carries every module and knows none.',
      { path: '^src/database/' },
      { path: '^src/(?!database/|common/|config/)' },
    ),
    forbid(
      'outbound-knows-no-module',
      'How a request leaves this process does not depend on what it says.',
      { path: '^src/outbound/' },
      { path: '^src/(?!outbound/|common/|config/)' },
    ),
    forbid(
      'auth-knows-no-module',
      'Who a caller is does not depend on what they want.',
      { path: '^src/auth/' },
      { path: `^src/(?!${ground}/)` },
    ),
    forbid(
      'catalogue-below-core',
      'The catalogue says what types there are, and nothing of what becomes of them.',
      { path: '^src/catalogue/' },
      { path: '^src/(?!catalogue/|common/|config/)' },
    ),
    forbid(
      'channels-below-services',
      'Channels know the queue, the inbox and preferences, and nothing of who uses them.',
      { path: '^src/channels/' },
      { path: `^src/(?!channels/|deliveries/|notifications/|preferences/|audience/|catalogue/|${ground}/)` },
    ),
    forbid(
      'channel-folders-apart',
      'A channel is a folder of its own: none imports another.',
      { path: '^src/channels/([^/]+)/' },
      { path: '^src/channels/(?!$1/)[^/]+/' },
    ),
    forbid(
      'channels-behind-their-list',
      'Channels are known by their lists.',
      { path: '^src/(?!channels/)' },
      { path: '^src/channels/[^/]+/' },
    ),
    forbid(
      'queue-knows-no-channel',
      'The queue knows channels by their interface, which is its own.',
      { path: '^src/deliveries/' },
      { path: `^src/(?!deliveries/|notifications/|preferences/|audience/|catalogue/|${ground}/)` },
    ),
    forbid(
      'inbox-preferences-and-audience-apart',
      'notifications, preferences and the audience do not know each other.',
      { path: '^src/(notifications|preferences|audience)/' },
      { path: `^src/(?!$1/|catalogue/|${ground}/)` },
    ),
    forbid(
      'services-below-contracts',
      'The dispatcher, the streams and the clean-up know the core, and no contract.',
      { path: `^src/${services}/` },
      { path: `^src/(?!${services}/|${core}/|catalogue/|${ground}/)` },
    ),
    forbid(
      'contracts-apart',
      'A contract is a folder of its own: none imports another.',
      { path: '^src/contracts/(inbox|sites|workspace|account)/' },
      { path: '^src/contracts/(?!$1/|(shown|page-json)\\.ts$)' },
    ),
    forbid(
      'nobody-knows-the-contracts',
      'The core knows no contract.',
      { path: `^src/(${core}|${services}|catalogue|${ground})/` },
      { path: '^src/contracts/' },
    ),
    forbid(
      'server-parts-stay-above',
      'The process, its HTTP set-up and its commands are the top.',
      { path: `^src/(contracts|${core}|${services}|catalogue|${ground})/` },
      { path: '^src/(cli|http|demo)/|^src/[^/]+\\.ts$' },
    ),
    forbid(
      'one-calendar',
      'Days and clocks are reckoned in one place.',
      { path: '^(src|migrations)/', pathNot: '^src/common/local-time\\.ts$' },
      { path: 'temporal-polyfill' },
    ),
    forbid(
      'source-needs-no-tests',
      'What runs in production must not need what does not ship.',
      { path: '^(src|migrations|web)/' },
      { path: '^(test|bench|scripts)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};

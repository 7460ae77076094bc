/** One of docs/contracts/account.txt's flat keys, and what it is in the core. */
export interface PreferenceKey {
  key: string;
  type: string;
  channel: string;
  byDefault: boolean;
  description: string;
}

/** The twelve keys of docs/contracts/account.txt in its order, with its defaults. */
export const PREFERENCE_KEYS: readonly PreferenceKey[] = [
  inApp('weekly_report', true, 'Weekly report (every Monday)'),
  inApp('job_completed', true, 'When a job completes'),
  inApp('job_failed', true, 'When a job fails'),
  inApp('rule_executed', false, 'When a rule executes'),
  inApp('quota_warning', true, 'Storage alert'),
  inApp('integrity_alert', true, 'Integrity issue'),
  toast('weekly_report', false, 'Weekly report'),
  toast('job_completed', true, 'When a job completes'),
  toast('job_failed', true, 'When a job fails'),
  toast('rule_executed', false, 'When a rule executes'),
  toast('quota_warning', false, 'Storage alert'),
  toast('integrity_alert', false, 'Integrity issue'),
];

function inApp(type: string, byDefault: boolean, what: string): PreferenceKey {
  return { key: type, type, channel: 'in_app', byDefault, description: `${what}, in-app.` };
}

function toast(type: string, byDefault: boolean, what: string): PreferenceKey {
  return { key: `${type}_toast`, type, channel: 'toast', byDefault, description: `${what}, as a toast.` };
}

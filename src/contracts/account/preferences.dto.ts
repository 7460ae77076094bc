import { ApiProperty } from '@nestjs/swagger';

/** The twelve keys of account.txt, with its defaults. */
const KEYS: [key: string, byDefault: boolean, description: string][] = [
  ['weekly_report', true, 'Weekly report (every Monday), in-app.'],
  ['job_completed', true, 'When a job completes, in-app.'],
  ['job_failed', true, 'When a job fails, in-app.'],
  ['rule_executed', false, 'When a rule executes, in-app.'],
  ['quota_warning', true, 'Storage alert, in-app.'],
  ['integrity_alert', true, 'Integrity issue, in-app.'],
  ['weekly_report_toast', false, 'Weekly report, as a toast.'],
  ['job_completed_toast', true, 'When a job completes, as a toast.'],
  ['job_failed_toast', true, 'When a job fails, as a toast.'],
  ['rule_executed_toast', false, 'When a rule executes, as a toast.'],
  ['quota_warning_toast', false, 'Storage alert, as a toast.'],
  ['integrity_alert_toast', false, 'Integrity issue, as a toast.'],
];

/** Documents the keys. Any may be missing: of types that are left out of the catalogue, and of what a user leaves. */
function HasKeys(options: { defaults: boolean }): ClassDecorator {
  return ({ prototype }) => {
    for (const [key, byDefault, description] of KEYS) {
      const defaults = options.defaults ? { default: byDefault } : {};
      ApiProperty({ type: Boolean, ...defaults, required: false, description })(prototype as object, key);
    }
  };
}

/** As the OpenAPI document shows the answer. */
@HasKeys({ defaults: true })
export class AccountPreferences {}

/** As it shows the body: what is left out stays as it is, and has no default. */
@HasKeys({ defaults: false })
export class PutAccountPreferencesBody {}

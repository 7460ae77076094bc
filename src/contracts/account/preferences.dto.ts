import { ApiProperty } from '@nestjs/swagger';

/** As the OpenAPI document shows it. The defaults are those of account.txt. */
export class AccountPreferences {
  @ApiProperty({ default: true, required: false, description: 'Weekly report (every Monday), in-app.' })
  weekly_report: boolean;

  @ApiProperty({ default: true, required: false, description: 'When a job completes, in-app.' })
  job_completed: boolean;

  @ApiProperty({ default: true, required: false, description: 'When a job fails, in-app.' })
  job_failed: boolean;

  @ApiProperty({ default: false, required: false, description: 'When a rule executes, in-app.' })
  rule_executed: boolean;

  @ApiProperty({ default: true, required: false, description: 'Storage alert, in-app.' })
  quota_warning: boolean;

  @ApiProperty({ default: true, required: false, description: 'Integrity issue, in-app.' })
  integrity_alert: boolean;

  @ApiProperty({ default: false, required: false, description: 'Weekly report, as a toast.' })
  weekly_report_toast: boolean;

  @ApiProperty({ default: true, required: false, description: 'When a job completes, as a toast.' })
  job_completed_toast: boolean;

  @ApiProperty({ default: true, required: false, description: 'When a job fails, as a toast.' })
  job_failed_toast: boolean;

  @ApiProperty({ default: false, required: false, description: 'When a rule executes, as a toast.' })
  rule_executed_toast: boolean;

  @ApiProperty({ default: false, required: false, description: 'Storage alert, as a toast.' })
  quota_warning_toast: boolean;

  @ApiProperty({ default: false, required: false, description: 'Integrity issue, as a toast.' })
  integrity_alert_toast: boolean;
}

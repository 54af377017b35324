import { describe, expect, it } from 'vitest'
import { SurefillMetrics } from '../../src/api/metrics.ts'
import { StandInDesk } from '../support/stand-in-desk.ts'

function metrics() {
  const desk = new StandInDesk()
  const made = new SurefillMetrics({
    status: () => desk.status(),
    eventLoopDelay: () => ({ p50: 0.001, p99: 0.004, max: 0.02 }),
    residentBytes: () => 64_000_000,
  })
  return { desk, made }
}
const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('what Prometheus reads', () => {
  it('has names that begin with surefill_, each with a help and a type', async () => {
    const { made } = metrics()
    const text = await made.text()
    expect(lines(text).filter((line) => !line.startsWith('surefill_'))).toEqual([])
    const helped = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name)
    expect(helped).toEqual([...text.matchAll(/^# TYPE (\S+) (?:counter|gauge|histogram)$/gm)].map(([, name]) => name))
  })
  it('shows what was observed', async () => {
    const { made } = metrics()
    made.order('paper', 'filled')
    made.order('paper', 'filled')
    made.submission('paper', 'accepted', 40)
    made.submission('paper', 'unknown')
    made.denial('paper', 'risk.order_notional')
    made.admission(3)
    made.fill('paper', 700)
    made.problem({ code: 'auth.invalid', status: 401 })
    const seen = lines(await made.text())
    for (const line of [
      'surefill_orders_total{account="paper",status="filled"} 2',
      'surefill_submissions_total{account="paper",outcome="accepted"} 1',
      'surefill_submissions_total{account="paper",outcome="unknown"} 1',
      'surefill_submission_seconds_count{account="paper"} 1',
      'surefill_submission_seconds_sum{account="paper"} 0.04',
      'surefill_denials_total{account="paper",code="risk.order_notional"} 1',
      'surefill_admission_seconds_sum 0.003',
      'surefill_fill_detection_seconds_bucket{le="1",account="paper"} 1',
      'surefill_api_problems_total{code="auth.invalid",status="401"} 1',
      'surefill_event_loop_delay_seconds{quantile="0.99"} 0.004',
      'surefill_resident_memory_bytes 64000000',
    ]) {
      expect(seen).toContain(line)
    }
  })
  it('shows the status as it is when it is asked for', async () => {
    const { desk, made } = metrics()
    expect(lines(await made.text())).toContain('surefill_halted 0')
    await desk.halt({ reason: 'x', by: 'x' })
    expect(lines(await made.text())).toEqual(
      expect.arrayContaining([
        'surefill_halted 1',
        'surefill_ready 1',
        'surefill_open_orders{account="paper"} 0',
        'surefill_breaker{account="paper",state="open_for_business"} 1',
        'surefill_stream_connected{account="paper"} 1',
        'surefill_sink_behind_events{sink="audit"} 0',
        'surefill_sink_failing{sink="audit"} 0',
      ]),
    )
  })
})

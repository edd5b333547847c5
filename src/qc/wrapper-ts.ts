// Checks of transport streams as ETSI TR 101 290 watches them: continuity, clock references, tables.
import { z } from 'zod'
import { defineCheck } from './check.ts'
import { overall } from './sound-finding.ts'
import { judgeTs, ms, stretchesOf } from './wrapper-finding.ts'

const hex = (pid: number): string => `0x${pid.toString(16).padStart(4, '0')}`

const continuity = defineCheck({
  id: 'wrapper.ts-continuity',
  layer: 'wrapper',
  title: 'Continuity of packets',
  finds: 'Packets of a transport stream that are missing, repeated, damaged or out of step with the sync byte.',
  source: 'ISO/IEC 13818-1 2.4.3.3; ETSI TR 101 290 1.1, 1.2, 1.4 and 2.1',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'warn' } },
  judge: evidence =>
    judgeTs(evidence, ({ continuity: counters, syncLosses, errorPackets, packets }) => [
      ...counters.flatMap(({ pid, faults }) =>
        stretchesOf('file', faults, ({ count }) => ({
          measured: `${count} ${count === 1 ? 'break' : 'breaks'} on PID ${hex(pid)}`,
          limit: 'counters without a break',
          message: 'Packets of the transport stream are missing, or come twice.',
        })),
      ),
      ...stretchesOf('file', syncLosses, ({ worst }) => ({
        measured: `${worst} bytes that are no packet`,
        limit: 'a sync byte at each packet',
        message: 'The transport stream loses its sync.',
      })),
      ...(errorPackets === 0
        ? []
        : [
            overall('file', {
              measured: `${errorPackets} of ${packets} packets are marked as damaged`,
              limit: 'none',
              message: 'Whoever received the transport stream has marked packets as damaged.',
            }),
          ]),
    ]),
})

const pcrLimits = z.object({
  maxIntervalMs: z.number().positive().default(100).describe('Longest time between two clock references'),
})

const clock = defineCheck<z.infer<typeof pcrLimits>>({
  id: 'wrapper.ts-pcr',
  layer: 'wrapper',
  title: 'Clock references',
  finds:
    'A programme without clock references (PCR), references that are too far apart, and jumps that are not announced. How exact they are is not looked at: a file has no time of arrival.',
  source: 'ISO/IEC 13818-1 2.7.2: 100 ms; ETSI TR 101 290 2.3: 40 ms recommended for DVB, unannounced jumps',
  limits: pcrLimits,
  profiles: {
    broadcast: { severity: 'fail', limits: { maxIntervalMs: 40 } },
    ott: { severity: 'warn' },
    ugc: { severity: 'info' },
  },
  judge: (evidence, { maxIntervalMs }) =>
    judgeTs(evidence, ({ pcr }) => {
      if (pcr.count === 0)
        return [
          overall('file', {
            measured: 'no clock reference',
            limit: `one every ${maxIntervalMs} ms`,
            message: 'The programme has no clock: decoders cannot run in step with it.',
          }),
        ]
      return [
        ...stretchesOf('file', pcr.late, ({ worst, count }) => ({
          measured: `${ms(worst)} at most, ${count} of them`,
          limit: `${maxIntervalMs} ms`,
          message: 'Clock references are too far apart.',
        })),
        ...stretchesOf('file', pcr.jumps, ({ worst }) => ({
          measured: `a jump of ${worst.toFixed(3)} s`,
          limit: 'no jump that is not announced',
          message: 'The clock of the programme jumps.',
        })),
      ]
    }),
})

const tableLimits = z.object({
  maxIntervalMs: z.number().positive().default(500).describe('Longest time between two tables of a kind'),
})

const tables = defineCheck<z.infer<typeof tableLimits>>({
  id: 'wrapper.ts-tables',
  layer: 'wrapper',
  title: 'Programme tables',
  finds: 'PAT and PMT that are missing or come too seldom: who tunes in does not learn what there is.',
  source: 'ETSI TR 101 290 1.3.a (PAT) and 1.5.a (PMT): 0.5 s',
  limits: tableLimits,
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'warn' }, ugc: { severity: 'info' } },
  judge: (evidence, { maxIntervalMs }) =>
    judgeTs(evidence, layout =>
      (['pat', 'pmt'] as const).flatMap(which => {
        const { count, late } = layout[which]
        const name = which.toUpperCase()
        const limit = `every ${maxIntervalMs} ms`
        if (count === 0)
          return [overall('file', { measured: `no ${name}`, limit, message: `The transport stream has no ${name}.` })]
        return stretchesOf('file', late, ({ worst }) => ({
          measured: `${ms(worst)} without ${name}`,
          limit,
          message: `The ${name} comes too seldom.`,
        }))
      }),
    ),
})

export const tsChecks = [continuity, clock, tables]

// Files that end before their index says so.
import { z } from 'zod'
import { defineCheck } from './check.ts'

export const truncated = defineCheck({
  id: 'wrapper.truncated',
  layer: 'wrapper',
  title: 'File is whole',
  finds: 'A file that ends before its own index says: an upload or a recording that broke off.',
  source: 'ISO/IEC 14496-12 §8.1.1 and the like of other containers: what an index points at has to be there',
  limits: z.object({}),
  profiles: { broadcast: { severity: 'fail' }, ott: { severity: 'fail' }, ugc: { severity: 'fail' } },
  judge: ({ facts, layout }) =>
    facts.truncated || (layout?.iso?.missingBytes ?? 0) > 0
      ? [
          {
            subject: 'file',
            startS: null,
            endS: null,
            measured: layout?.iso?.missingBytes
              ? `${layout.iso.missingBytes} bytes of a box are missing`
              : 'ends early',
            limit: 'all bytes of the index',
            message: 'The file ends before its index does: it was cut off while it was written or copied.',
            pictureS: null,
          },
        ]
      : [],
})

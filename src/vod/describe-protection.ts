// What a report says of the keys of a package: their ids alone.
import type { ProtectionReport } from '../model/index.ts'
import type { PackageProtection, packageStreams } from '../packaging/index.ts'

export const describeProtection = (
  { scheme, systems, contentId, rotate, clearLead }: PackageProtection,
  made: Awaited<ReturnType<typeof packageStreams>>,
): ProtectionReport => ({
  ...{ scheme, systems: [...systems], contentId, rotate, clearLead },
  keys: made.flatMap(({ track, protection }) =>
    protection.flatMap(({ fromSegment, kid }) => (kid === null ? [] : [{ track: track.id, fromSegment, kid }])),
  ),
})

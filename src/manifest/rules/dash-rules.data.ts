// Rules for DASH: ISO/IEC 23009-1, DASH-IF IOP and CMAF (ISO/IEC 23000-19), in our words.
import type { RuleRow } from './facts.ts'

const row = <const Id extends string>(id: Id, cite: string, severity: RuleRow['severity'], says: string) => ({
  id: `dash-${id}` as `dash-${Id}`,
  cite,
  severity,
  says,
})

export const dashRules = [
  row('reachable', 'ISO/IEC 23009-1 5.3.9', 'fail', 'everything that is addressed exists and can be read'),
  row('timeline', 'ISO/IEC 23009-1 5.3.9.6; DASH-IF IOP', 'fail', 'SegmentTimeline has neither gap nor overlap'),
  row('times', 'ISO/IEC 23009-1 7.2.1; DASH-IF IOP', 'fail', 'S@t and S@d are the times in the fragments'),
  row('timescale', 'DASH-IF IOP', 'warn', 'the timescale is that of the media'),
  row('duration', 'ISO/IEC 23009-1 5.3.1.2', 'fail', 'mediaPresentationDuration is how long the media is'),
  row('covers', 'ISO/IEC 23009-1 5.3.9.6', 'fail', 'segments cover their period'),
  row('codecs', 'ISO/IEC 23009-1 5.3.7.2; RFC 6381', 'fail', 'codecs is what the init segment says'),
  row('size', 'ISO/IEC 23009-1 5.3.7.2', 'fail', 'width and height are those of the init segment'),
  row('frame-rate', 'ISO/IEC 23009-1 5.3.7.2', 'fail', 'frameRate is the measured one'),
  row('frame-rate-form', 'ISO/IEC 23009-1 5.3.7.2', 'info', 'frameRate is in lowest terms'),
  row('sampling-rate', 'ISO/IEC 23009-1 5.3.7.2', 'fail', 'audioSamplingRate is that of the init segment'),
  row('bandwidth', 'ISO/IEC 23009-1 5.3.5.2', 'fail', 'bandwidth and minBufferTime suffice to play without a stop'),
  row(
    'alignment',
    'ISO/IEC 23009-1 5.3.3.2',
    'fail',
    'segmentAlignment is true only where representations are cut at the same times',
  ),
  row(
    'sap',
    'ISO/IEC 23009-1 5.3.3.2',
    'fail',
    'startWithSAP 1 is said only where every segment begins with a key frame',
  ),
  row('unaligned', 'DASH-IF IOP', 'warn', 'representations among which players switch are aligned'),
  row(
    'one-codec',
    'ISO/IEC 23000-19 7.3.4; DASH-IF IOP',
    'fail',
    'an AdaptationSet has one codec and one dynamic range',
  ),
  row('continuous', 'ISO/IEC 23000-19 7.3.2.3', 'fail', 'each fragment is decoded from where the one before ended'),
  row('key-frame', 'ISO/IEC 23000-19 7.3.2.3', 'fail', 'segments of the picture begin with a key frame'),
  row('ids', 'ISO/IEC 23009-1 5.3.5.2', 'fail', 'ids of representations differ within a period'),
  row('main', 'DASH-IF IOP', 'warn', 'of several sounds one has the role main'),
  row('language', 'DASH-IF IOP', 'info', 'sound and text have a language'),
  row('kid', 'ISO/IEC 23001-7 11', 'fail', 'cenc:default_KID is that of the init segment'),
  row(
    'protection',
    'ISO/IEC 23009-1 5.8.4.1',
    'fail',
    'encrypted tracks have ContentProtection, and clear ones have none',
  ),
  row('scheme', 'ISO/IEC 23001-7 11', 'fail', 'ContentProtection names the scheme of the init segment'),
  row('pssh', 'ISO/IEC 23001-7 11', 'fail', 'cenc:pssh is a pssh box of the system it stands under'),
  row('trick', 'DASH-IF IOP 3.2.9', 'fail', 'a trick mode names the AdaptationSet that it belongs to'),
  row('thumbnails', 'DASH-IF IOP 6.2.6', 'fail', 'sheets of pictures say columns and rows'),
  row('index', 'ISO/IEC 23009-1 5.3.9.2', 'fail', 'indexRange is where the segment index lies'),
  row('periods', 'ISO/IEC 23009-1 5.3.2.1', 'fail', 'periods follow each other without a gap'),
  row('profile', 'ISO/IEC 23009-1 8', 'warn', 'a profile is stated'),
  row('buffer', 'ISO/IEC 23009-1 5.3.1.2', 'fail', 'minBufferTime is stated'),
  row('redirect', 'DASH-IF IOP', 'warn', 'segments are not redirected'),
] as const satisfies readonly RuleRow[]

// Attachment node: the picture of a cover stream → a file attached to a Matroska file (RFC 9559 5.1.6). As a track, which it
// is in MP4, FFmpeg would write it as a film of one frame.
import { AV_CODEC_ID_PNG, AVMEDIA_TYPE_ATTACHMENT } from 'node-av/constants'
import { CodecParameters } from 'node-av/lib'
import { HeadendError } from '../core/index.ts'
import type { GraphNode, NodeIo } from '../graph/index.ts'
import { asPacket, PacketItem } from './items.ts'

/** Port `in`: packets of a cover, of which the first is used. Port `out`: no packets, what the muxer must know alone. */
export function createAttachment(): GraphNode {
  return {
    async run(io: NodeIo): Promise<void> {
      for await (const item of io.input('in')) {
        using picture = asPacket(item)
        const { data } = picture.packet
        if (picture.announces || !data) continue
        const { timebase, parameters } = picture.origin
        const attached = new CodecParameters()
        attached.alloc()
        attached.codecType = AVMEDIA_TYPE_ATTACHMENT
        attached.codecId = parameters.codecId
        attached.extradata = Buffer.from(data)
        await io.output('out').push(PacketItem.announce({ timebase, parameters: attached }))
        return
      }
    },
  }
}

/** What FFmpeg's Matroska muxer demands of attachments. The names are those that players look for. @throws {HE_MUX_FAILED} */
export function attachmentTags({ codecType, codecId, extradata }: CodecParameters): Readonly<Record<string, string>> {
  if (codecType !== AVMEDIA_TYPE_ATTACHMENT) return {}
  if (!extradata) throw new HeadendError('HE_MUX_FAILED', 'an attachment without content')
  return codecId === AV_CODEC_ID_PNG
    ? { filename: 'cover.png', mimetype: 'image/png' }
    : { filename: 'cover.jpg', mimetype: 'image/jpeg' }
}

// The list of folders, from STYLE §1 of the house: a folder imports only folders above it. ARCHITECTURE.md shows the same.

export const floors = [
  'core',
  'model',
  'codecs',
  'color',
  'audio',
  'picture',
  'captions',
  'ladder',
  'manifest',
  'drm',
  'lint',
  'plan',
  'live',
  // Above this line: pure.
  'graph',
  'storage',
  'engine',
  'probe',
  'hardware',
  'quality',
  'transcode',
  'pages',
  'per-title',
  'protection',
  'packaging',
  'licence',
  'conformance',
  'vod',
  'compare',
  'loudness',
  'qc',
  'ingest',
  'origin',
  'jobs',
  'server',
  'cli',
] as const

export const pureFolders: ReadonlySet<string> = new Set(floors.slice(0, floors.indexOf('graph')))

/** One door per dependency: the only folders that may name it. zod is everywhere. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  'node-av': ['engine'],
  'shaka-packager': ['packaging'],
  commander: ['cli'],
  pino: ['cli'],
  'hls.js': ['cli'],
  dashjs: ['cli'],
  werift: ['ingest'],
  'shaka-player': ['cli'],
  fastify: ['licence'],
  jose: ['licence'],
  uplot: ['pages'],
  yaml: ['qc'],
  '@headend/vmaf': ['engine', 'quality', 'compare'],
}

// TEMPORARY
export const packagerVersion = async (_: unknown) => null
export const packageStreams: any = null

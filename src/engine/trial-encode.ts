// TEMPORARY
export const trialEncode = async (_p: any, _c: any): Promise<any> => null

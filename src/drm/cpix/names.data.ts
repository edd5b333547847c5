// Namespaces and algorithms of CPIX (DASH-IF CPIX 2.4; W3C XML Encryption and XML Signature).

export const spaces = {
  cpix: 'urn:dashif:org:cpix',
  pskc: 'urn:ietf:params:xml:ns:keyprov:pskc',
  enc: 'http://www.w3.org/2001/04/xmlenc#',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
} as const

export const algorithms = {
  content: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  wrap: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  mac: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha512',
} as const

/** Children of the root, in the order that the schema wants. */
export const rootOrder = [
  'DeliveryDataList',
  'ContentKeyList',
  'DRMSystemList',
  'ContentKeyPeriodList',
  'ContentKeyUsageRuleList',
  'UpdateHistoryItemList',
  'Signature',
] as const

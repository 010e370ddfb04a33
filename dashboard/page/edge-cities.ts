/**
 * Where an edge location is, by the IATA code its name begins with. A code says where CloudFront served from,
 * not where the visitor is. Written from IATA's public city codes; which codes CloudFront uses was checked
 * against its own location list, tobilg/aws-edge-locations (MIT) and codes seen in published logs.
 */
const CITIES: Record<string, string> = {
  AE: 'DXB Dubai, FJR Fujairah',
  AR: 'EZE Buenos Aires',
  AT: 'VIE Vienna',
  AU: 'BNE Brisbane, MEL Melbourne, PER Perth, SYD Sydney',
  BE: 'BRU Brussels',
  BG: 'SOF Sofia',
  BH: 'BAH Manama',
  BR: 'FOR Fortaleza, GIG Rio de Janeiro, GRU São Paulo',
  CA: 'YTO Toronto, YUL Montréal, YVR Vancouver',
  CH: 'ZRH Zürich',
  CL: 'SCL Santiago',
  CN: 'BJS Beijing, PEK Beijing, PVG Shanghai, SHA Shanghai, SZX Shenzhen, ZHY Zhongwei',
  CO: 'BOG Bogotá',
  CZ: 'PRG Prague',
  DE: 'DUS Düsseldorf, FRA Frankfurt, HAM Hamburg, MUC Munich, TXL Berlin',
  DK: 'CPH Copenhagen',
  EG: 'CAI Cairo',
  ES: 'MAD Madrid',
  FI: 'HEL Helsinki',
  FR: 'CDG Paris, MRS Marseille',
  GB: 'LHR London, MAN Manchester',
  GR: 'ATH Athens',
  HK: 'HKG Hong Kong',
  HR: 'ZAG Zagreb',
  HU: 'BUD Budapest',
  ID: 'CGK Jakarta',
  IE: 'DUB Dublin',
  IL: 'TLV Tel Aviv',
  IN: 'BLR Bengaluru, BOM Mumbai, CCU Kolkata, DEL New Delhi, HYD Hyderabad, MAA Chennai, PNQ Pune',
  IT: 'FCO Rome, MXP Milan, PMO Palermo',
  JP: 'KIX Osaka, NRT Tokyo',
  KE: 'NBO Nairobi',
  KR: 'ICN Seoul',
  MX: 'QRO Querétaro',
  MY: 'KUL Kuala Lumpur',
  NG: 'LOS Lagos',
  NL: 'AMS Amsterdam',
  NO: 'OSL Oslo',
  NZ: 'AKL Auckland',
  OM: 'MCT Muscat',
  PE: 'LIM Lima',
  PH: 'MNL Manila',
  PL: 'WAW Warsaw',
  PT: 'LIS Lisbon',
  QA: 'DOH Doha',
  RO: 'OTP Bucharest',
  SA: 'JED Jeddah',
  SE: 'ARN Stockholm',
  SG: 'SIN Singapore',
  TH: 'BKK Bangkok',
  TR: 'IST Istanbul',
  TW: 'TPE Taipei',
  US:
    'ATL Atlanta, BNA Nashville, BOS Boston, CMH Columbus, DEN Denver, DFW Dallas, DTW Detroit, EWR Newark, ' +
    'HIO Portland, IAD Washington, IAH Houston, IND Indianapolis, JAX Jacksonville, JFK New York, ' +
    'LAX Los Angeles, MCI Kansas City, MIA Miami, MSP Minneapolis, ORD Chicago, PHL Philadelphia, PHX Phoenix, ' +
    'PIT Pittsburgh, SEA Seattle, SFO San Francisco, SLC Salt Lake City, STL St. Louis, TPA Tampa',
  VN: 'HAN Hanoi, SGN Ho Chi Minh City',
  ZA: 'CPT Cape Town, JNB Johannesburg',
};

const BY_CODE = new Map(
  Object.entries(CITIES).flatMap(([country, cities]) =>
    cities.split(', ').map((city) => [city.slice(0, 3), { city: city.slice(4), country }] as const),
  ),
);

/** City and country (ISO 3166) of an edge location such as `LHR61-P2`; undefined for a code not in the table. */
export function edgeCity(location: string): { city: string; country: string } | undefined {
  return BY_CODE.get(location.slice(0, 3).toUpperCase());
}

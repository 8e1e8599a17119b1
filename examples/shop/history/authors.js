export const maya = 'Maya Okafor <maya@shop.example>';
export const jonas = 'Jonas Lind <jonas@shop.example>';
export const priya = 'Priya Raman <priya@shop.example>';
export const tomas = 'Tomás Vega <tomas@shop.example>';

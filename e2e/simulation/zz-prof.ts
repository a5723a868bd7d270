import { createMetrics } from '@species/runtime'
import { openStage } from './database.ts'
import { playHistory } from './history.ts'
const stage = await openStage(undefined)
const metrics = createMetrics()
for (let s=9000;s<9005;s++) await playHistory({stage, seed:s, metrics})
const stat=new Map<string,{n:number,ms:number}>()
const t=performance.now(); const c0=process.cpuUsage()
let e=0
const empty=stage.empty; const st2={...stage, empty: async()=>{const a=performance.now(); await empty(); e+=performance.now()-a}}
const db=stage.database; let q=0,qn=0
const w=(sql:any)=>({query:async(x:string,p:any)=>{const a=performance.now(); const r=await sql.query(x,p); const d=performance.now()-a; q+=d; qn++; const k=x.replace(/\s+/g,' ').slice(0,80); const s=stat.get(k)??{n:0,ms:0}; s.n++; s.ms+=d; stat.set(k,s); return r}})
const st3={...st2, database:{...db,...w(db),transaction:(f:any)=>db.transaction((tx)=>f(w(tx)))}}
for (let s=1;s<=80;s++) await playHistory({stage:st3 as never, seed:s, metrics})
const c=process.cpuUsage(c0)
console.log('wall',(performance.now()-t)/80,'cpu',(c.user+c.system)/80000,'empty',e/80,'query',q/80,qn/80)
for(const [k,s] of [...stat].sort((a,b)=>b[1].ms-a[1].ms).slice(0,14)) console.log((s.ms/80).toFixed(2), (s.n/80).toFixed(1), (s.ms/s.n).toFixed(2), k)
process.exit(0)

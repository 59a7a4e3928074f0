// draco3d: compresses meshes in C++; its classes come through WebIDL bindings. Encodes a triangle, and decodes it.
require('./tellMemory.cjs');
require('./steady.cjs');
const draco = require('draco3d');

const POINTS = new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]);

async function main() {
  const encoding = await draco.createEncoderModule({});
  const encoder = new encoding.Encoder();
  const builder = new encoding.MeshBuilder();
  const mesh = new encoding.Mesh();
  builder.AddFacesToMesh(mesh, 1, new Uint32Array([0, 1, 2]));
  builder.AddFloatAttributeToMesh(mesh, encoding.POSITION, 3, 3, POINTS);
  encoder.SetAttributeQuantization(encoding.POSITION, 1);
  const encoded = new encoding.DracoInt8Array();
  const length = encoder.EncodeMeshToDracoBuffer(mesh, encoded);
  const bytes = Uint8Array.from({ length }, (_, index) => encoded.GetValue(index));
  for (const each of [encoded, mesh, builder, encoder]) encoding.destroy(each);
  console.log(Buffer.from(bytes.subarray(0, 5)).toString());

  const decoding = await draco.createDecoderModule({});
  const decoder = new decoding.Decoder();
  const decoded = new decoding.Mesh();
  console.log(decoder.DecodeArrayToMesh(bytes, length, decoded).ok(), decoded.num_faces(), decoded.num_points());
}

main();

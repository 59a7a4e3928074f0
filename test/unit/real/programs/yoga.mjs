// yoga-wasm-web: layout of boxes in C++, through Embind. A row of 300 shared 1 to 2 by two boxes, between paddings of 15.
import './tellMemory.cjs';
import './steady.cjs';

const { default: Yoga } = await import('yoga-wasm-web/auto');

const row = Yoga.Node.create();
row.setWidth(330);
row.setHeight(50);
row.setFlexDirection(Yoga.FLEX_DIRECTION_ROW);
row.setPadding(Yoga.EDGE_HORIZONTAL, 15);
for (const [index, grow] of [1, 2].entries()) {
  const box = Yoga.Node.create();
  box.setFlexGrow(grow);
  row.insertChild(box, index);
}
const measured = Yoga.Node.create();
measured.setMeasureFunc(() => ({ width: 10, height: 20 }));
measured.setPositionType(Yoga.POSITION_TYPE_ABSOLUTE);
row.insertChild(measured, 2);
row.calculateLayout(undefined, undefined, Yoga.DIRECTION_LTR);
for (const index of [0, 1, 2]) {
  const { left, width, height } = row.getChild(index).getComputedLayout();
  console.log(index < 2 ? left : 'measured', width, height);
}
row.freeRecursive();

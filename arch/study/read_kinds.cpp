// SPDX-License-Identifier: Apache-2.0
#include "arch/base/reader.hpp"
#include "arch/study/kinds.hpp"

namespace tritsim {

template AttachmentSpec read_document(const Node&, ReadContext&);
template BoardSpec read_document(const Node&, ReadContext&);
template CoreSpec read_document(const Node&, ReadContext&);
template DeviceSpec read_document(const Node&, ReadContext&);
template HostSpec read_document(const Node&, ReadContext&);
template LinkSpec read_document(const Node&, ReadContext&);
template MappingSpec read_document(const Node&, ReadContext&);
template MeasurementFile read_document(const Node&, ReadContext&);
template MemorySpec read_document(const Node&, ReadContext&);
template ModelSpec read_document(const Node&, ReadContext&);
template ProcessorSpec read_document(const Node&, ReadContext&);
template SweepSpec read_document(const Node&, ReadContext&);

}  // namespace tritsim

// Numbers of descriptor.proto that the code names. They stand here, and are not taken from protobuf-es, as its enums bring the
// descriptors of descriptor.proto with them.

/** FeatureSet.FieldPresence. */
export const fieldPresence = { explicit: 1, implicit: 2, legacyRequired: 3 } as const;

/** FieldDescriptorProto.Label. */
export const fieldLabel = { optional: 1, required: 2, repeated: 3 } as const;

/** FieldDescriptorProto.Type, of what is no scalar; those of scalars are protobuf-es's ScalarType. */
export const fieldType = { group: 10, message: 11, enum: 14 } as const;

/** MethodOptions.IdempotencyLevel. */
export const idempotencyLevel = { IDEMPOTENCY_UNKNOWN: 0, NO_SIDE_EFFECTS: 1, IDEMPOTENT: 2 } as const;

/** Edition. */
export const editionNumber = { proto2: 998, proto3: 999, "2023": 1000, "2024": 1001, "2026": 1002 } as const;

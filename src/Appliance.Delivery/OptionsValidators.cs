using Appliance.Delivery.Anchoring;
using Appliance.Delivery.Inputs;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Outputs;
using Appliance.Delivery.Sparkplug;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery;

/// <summary>Checks every attribute and rule of <see cref="MqttOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class MqttOptionsValidator : IValidateOptions<MqttOptions>;

/// <summary>Checks every attribute and rule of <see cref="OutputsOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class OutputsOptionsValidator : IValidateOptions<OutputsOptions>;

/// <summary>Checks every attribute and rule of <see cref="SparkplugOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class SparkplugOptionsValidator : IValidateOptions<SparkplugOptions>;

/// <summary>Checks every attribute and rule of <see cref="InputsOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class InputsOptionsValidator : IValidateOptions<InputsOptions>;

/// <summary>Checks every attribute and rule of <see cref="AnchoringOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class AnchoringOptionsValidator : IValidateOptions<AnchoringOptions>;

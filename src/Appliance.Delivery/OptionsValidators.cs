using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Outputs;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery;

/// <summary>Checks every attribute and rule of <see cref="MqttOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class MqttOptionsValidator : IValidateOptions<MqttOptions>;

/// <summary>Checks every attribute and rule of <see cref="OutputsOptions"/>; generated.</summary>
[OptionsValidator]
public sealed partial class OutputsOptionsValidator : IValidateOptions<OutputsOptions>;

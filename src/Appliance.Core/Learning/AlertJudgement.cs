namespace Appliance.Core.Learning;

/// <summary>What the model in use makes of an alert.</summary>
/// <param name="Confidence">Probability that an operator will confirm it, 0..1.</param>
/// <param name="IsDoubtful">Below the cutoff that keeps the camera at its stated rate of false alarms.</param>
/// <param name="Model">Id of the model.</param>
public readonly record struct AlertJudgement(float Confidence, bool IsDoubtful, string Model);

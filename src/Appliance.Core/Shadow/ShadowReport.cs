namespace Appliance.Core.Shadow;

/// <summary>What a comparison counted so far.</summary>
/// <param name="Kind">What is compared.</param>
/// <param name="Live">The model in use; empty until the first comparison.</param>
/// <param name="Candidate">The model beside it.</param>
/// <param name="Share">Of what the live one sees.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Until">UTC; then it ends by itself.</param>
/// <param name="Ended">Why it ended; null = it runs.</param>
/// <param name="Seen">Frames or faces the live model took meanwhile.</param>
/// <param name="Compared">Those both took.</param>
/// <param name="Dropped">Those chosen for comparison while the shadow was busy.</param>
/// <param name="Detections">Of detectors.</param>
/// <param name="Decisions">Of embedders.</param>
/// <param name="LiveLatency">Milliseconds per frame or face of the live model; its other cameras' frames in one call are shared out.</param>
/// <param name="CandidateLatency">Milliseconds per frame or face of the candidate, at the lowest priority.</param>
public sealed record ShadowReport(
    ShadowKind Kind, string Live, string Candidate, double Share, DateTimeOffset StartedAt, DateTimeOffset Until, string? Ended,
    long Seen, long Compared, long Dropped, DetectionAgreement? Detections, DecisionAgreement? Decisions,
    Spread LiveLatency, Spread CandidateLatency);

/// <summary>Faces of two detectors on the same frames; boxes that overlap by half (IoU ≥ 0.5) are the same face.</summary>
/// <param name="Both">Faces both found.</param>
/// <param name="LiveOnly">Faces only the live one found.</param>
/// <param name="CandidateOnly">Faces only the candidate found.</param>
/// <param name="MeanOverlap">Mean IoU of those both found.</param>
public sealed record DetectionAgreement(long Both, long LiveOnly, long CandidateOnly, double MeanOverlap);

/// <summary>Whom two embedders identify on the same faces, each by its own templates and threshold, one face at a time.</summary>
/// <param name="SamePerson">Both identify the same person.</param>
/// <param name="BothUnknown">Neither identifies anyone.</param>
/// <param name="LiveOnly">Only the live one identifies somebody.</param>
/// <param name="CandidateOnly">Only the candidate does.</param>
/// <param name="Different">They identify different persons.</param>
/// <param name="LiveSimilarity">Best similarity of each face by the live one.</param>
/// <param name="CandidateSimilarity">The same by the candidate.</param>
public sealed record DecisionAgreement(
    long SamePerson, long BothUnknown, long LiveOnly, long CandidateOnly, long Different, Spread LiveSimilarity, Spread CandidateSimilarity);

/// <summary>How values are spread.</summary>
/// <param name="Count">How many.</param>
/// <param name="Mean">Of them.</param>
/// <param name="P05">One of twenty is below.</param>
/// <param name="P50">Half are below.</param>
/// <param name="P95">Nineteen of twenty are below.</param>
public readonly record struct Spread(long Count, double Mean, double P05, double P50, double P95);

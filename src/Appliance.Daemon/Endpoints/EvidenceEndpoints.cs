using System.Collections.Concurrent;
using System.Text.Json;
using Appliance.Capture;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Evidence.Exports;
using Appliance.Daemon.Pipeline;
using Appliance.Store;
using Appliance.Store.Evidence;
using Appliance.Store.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>The evidence of alerts: what is kept, what leaves the box and who took it.</summary>
internal static class EvidenceEndpoints
{
    private const int MaxReason = 500;
    private const int MaxReceipt = 16_000;

    // A player asks for a clip piece by piece: one line of the audit log for what is one look.
    private static readonly TimeSpan s_oneLook = TimeSpan.FromMinutes(10);
    private static readonly ConcurrentDictionary<string, DateTimeOffset> s_looks = new();

    public static void MapEvidence(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/alerts/{id}/evidence").WithTags("Evidence").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapGet("/artefacts/{name}", Artefact).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
        var act = group.MapGroup("").RequireAuthorization(Policies.Operator);
        act.MapGet("/export", Export).Produces(StatusCodes.Status200OK, contentType: "application/zip");
        act.MapPost("/hold", Hold);
        act.MapPost("/release", Release);
        group.MapPost("/destroy", Destroy).RequireAuthorization(Policies.Admin);

        var log = routes.MapGroup("/evidence").WithTags("Evidence").RequireAuthorization(Policies.Viewer);
        log.MapGet("", List);
        log.MapGet("/figures", Figures);
        log.MapGet("/batches", Batches);
        log.MapPost("/batches/{seq:long}/receipt", AddReceipt).RequireAuthorization(Policies.Operator);
        log.MapGet("/log/head", Head);
        log.MapGet("/log/consistency", Consistency);
        log.MapGet("/keys", Keys);
        log.MapPost("/keys/rotate", Rotate).RequireAuthorization(Policies.Admin);
    }

    /// <summary>Evidence of all alerts, newest first.</summary>
    /// <param name="camera">Only of this camera.</param>
    /// <param name="state">pending, complete, partial, missing, none or destroyed.</param>
    /// <param name="held">Only under legal hold (true) or not (false).</param>
    /// <param name="from">From then on.</param>
    /// <param name="to">Before then.</param>
    /// <param name="cursor"><c>next</c> of the page before.</param>
    /// <param name="limit">Records per page, up to 200.</param>
    private static async Task<Results<Ok<PageView<EvidenceRecordView>>, ProblemHttpResult>> List(
        string? camera, string? state, bool? held, DateTimeOffset? from, DateTimeOffset? to, string? cursor, int? limit,
        ApplianceRuntime runtime, CancellationToken cancel)
    {
        if (!Words.TryParse<EvidenceState>(state, out var inState))
            return Problems.Invalid("state", Words.Allowed<EvidenceState>());
        var filter = new EvidenceFilter { Camera = camera, State = inState, Held = held, From = from, To = to };
        var page = await runtime.Store.Evidence.List(filter, cursor, Paging.Limit(limit), cancel);
        return TypedResults.Ok(page.ToView(EvidenceRecordView.From));
    }

    /// <summary>What is kept of an alert: manifest, signature, place in the log, artefacts.</summary>
    private static async Task<Results<Ok<EvidenceView>, ProblemHttpResult>> Get(
        string id, ApplianceRuntime runtime, CancellationToken cancel)
    {
        var (store, alert) = (runtime.Store.Evidence, new AlertId(id));
        if (await store.Find(alert, cancel) is not { } record)
            return Problems.NotFound("evidence of alert", id);

        var manifest = await store.Manifest(alert, cancel);
        var proof = record.Signature is not null && await store.Prove(alert, cancel) is { } found
            ? EvidenceExporter.Describe(record, found, await store.Keys(cancel))
            : null;
        return TypedResults.Ok(new EvidenceView(
            EvidenceRecordView.From(record), manifest is null ? null : JsonDocument.Parse(manifest).RootElement, proof,
            await store.Artefacts(alert, cancel), await store.Pins(alert, cancel)));
    }

    /// <summary>
    /// One artefact, in whole or in ranges; faces of bystanders are pixelated. The original takes role operator and a reason. Every look is
    /// in the audit log.
    /// </summary>
    /// <param name="id">Alert.</param>
    /// <param name="name">clip.mp4, snapshot.jpg, face.jpg or tracks.json.</param>
    /// <param name="original">true = not masked.</param>
    /// <param name="reason">Why the original is needed (3 to 500 characters).</param>
    /// <param name="runtime">The box.</param>
    /// <param name="http">The request.</param>
    /// <param name="cancel">Gives up.</param>
    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Artefact(
        string id, string name, bool? original, string? reason, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (WhyNotOriginal(original, reason, http) is { } problem)
            return problem;

        var (store, alert) = (runtime.Store.Evidence, new AlertId(id));
        var artefact = (await store.Artefacts(alert, cancel)).FirstOrDefault(one => one.Name == name);
        if (artefact is null)
            return Problems.NotFound("artefact", name);

        try
        {
            await Audit(runtime, http, alert, name, original == true ? reason : null, cancel);
            var stream = original == true ? await store.Open(alert, name, cancel) : await runtime.Evidence.Views.Masked(alert, name, cancel);
            http.Response.Headers.CacheControl = "no-store";
            return stream is null
                ? Problems.NotFound("artefact", name)
                : TypedResults.Stream(stream, artefact.MediaType, enableRangeProcessing: true);
        }
        catch (CaptureException error)
        {
            return Problems.Conflict($"It cannot be masked, so it is not shown: {error.Message}.");
        }
    }

    /// <summary>
    /// Everything as one ZIP that can be checked without the box; bystanders pixelated, or the originals for a reason. Audited.
    /// </summary>
    /// <param name="id">Alert.</param>
    /// <param name="original">true = not masked.</param>
    /// <param name="reason">Why the originals are needed (3 to 500 characters).</param>
    /// <param name="runtime">The box.</param>
    /// <param name="http">The request.</param>
    /// <param name="cancel">Gives up.</param>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Export(
        string id, bool? original, string? reason, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (WhyNotOriginal(original, reason, http) is { } problem)
            return problem;

        var export = await runtime.Evidence.Exporter.Export(new AlertId(id), original == true ? reason : null, Caller.Of(http), cancel);
        return export.Value is { } zip
            ? TypedResults.File(zip, "application/zip", $"evidence-{id}.zip")
            : Problems.From(export, "evidence of alert", id);
    }

    /// <summary>Legal hold: nothing destroys it until it is released.</summary>
    private static Task<Results<Ok<EvidenceRecordView>, ProblemHttpResult>> Hold(
        string id, EvidenceReason request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Act(id, request, alert => runtime.Store.Evidence.Hold(alert, request.Reason, Caller.Of(http), cancel));

    /// <summary>Ends the legal hold: retention counts again.</summary>
    private static Task<Results<Ok<EvidenceRecordView>, ProblemHttpResult>> Release(
        string id, EvidenceReason request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Act(id, request, alert => runtime.Store.Evidence.Release(alert, request.Reason, Caller.Of(http), cancel));

    /// <summary>Destroys artefacts and manifest for good; digest, signature and place in the log stay.</summary>
    private static Task<Results<Ok<EvidenceRecordView>, ProblemHttpResult>> Destroy(
        string id, EvidenceReason request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Act(id, request, alert =>
        {
            runtime.Evidence.Views.Forget(alert);
            return runtime.Store.Evidence.Destroy(alert, request.Reason, Caller.Of(http), cancel);
        });

    /// <summary>How much there is and was written today.</summary>
    private static async Task<Ok<EvidenceFigures>> Figures(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Store.Evidence.Figures(cancel));

    /// <summary>Signed headers of closed batches, in order: what the companion anchors.</summary>
    /// <param name="after">Only batches after this number.</param>
    /// <param name="limit">Up to 200.</param>
    private static async Task<Ok<BatchView[]>> Batches(long? after, int? limit, ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok((await runtime.Store.Evidence.Batches(after ?? 0, Paging.Limit(limit), cancel))
            .Select(batch => new BatchView(EvidenceExporter.Describe(batch), batch.ClosedAt, batch.Receipt)).ToArray());

    /// <summary>The ledger's receipt for a batch, as JSON text; the same one again is fine.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> AddReceipt(
        long seq, JsonElement receipt, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        var text = receipt.GetRawText();
        if (receipt.ValueKind != JsonValueKind.Object || text.Length > MaxReceipt)
            return Problems.Invalid("receipt", $"must be a JSON object of up to {MaxReceipt} characters");
        var change = await runtime.Store.Evidence.AddReceipt(seq, text, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "batch", $"{seq}");
    }

    /// <summary>The signed head of the whole log. Keep it: a later log must be consistent with it.</summary>
    /// <param name="batches">As it was after that many batches; default: now.</param>
    private static async Task<Results<Ok<LogHeadView>, ProblemHttpResult>> Head(
        long? batches, ApplianceRuntime runtime, CancellationToken cancel) =>
        await runtime.Store.Evidence.Head(batches, cancel) is { } head
            ? TypedResults.Ok(new LogHeadView(head.Head.Device, head.Head.Batches, head.Head.Root, head.Signer, EvidenceSignature.Format(head.Signature)))
            : Problems.NotFound("head of the log after batch", $"{batches}");

    /// <summary>RFC 9162 consistency proof between two sizes of the log.</summary>
    /// <param name="from">Batches then.</param>
    /// <param name="to">Batches later.</param>
    private static async Task<Results<Ok<ConsistencyView>, ProblemHttpResult>> Consistency(
        long from, long to, ApplianceRuntime runtime, CancellationToken cancel) =>
        await runtime.Store.Evidence.Consistency(from, to, cancel) is { } proof
            ? TypedResults.Ok(new ConsistencyView(from, to, [.. proof.Select(Convert.ToHexStringLower)]))
            : Problems.Invalid("to", "there are not so many batches, or from is larger");

    /// <summary>The evidence keys of this box, oldest first, each signed by the one before.</summary>
    private static async Task<Ok<KeyDocument[]>> Keys(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok((await runtime.Store.Evidence.Keys(cancel)).Select(EvidenceExporter.Describe).ToArray());

    /// <summary>A new evidence key from the next batch on, accepted by the old one.</summary>
    private static async Task<Results<Ok<KeyDocument[]>, ProblemHttpResult>> Rotate(
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        await runtime.Evidence.Keys.Rotate(Caller.Of(http), cancel) is { } reason
            ? Problems.Conflict(reason)
            : await Keys(runtime, cancel);

    private static async Task<Results<Ok<EvidenceRecordView>, ProblemHttpResult>> Act(
        string id, EvidenceReason request, Func<AlertId, Task<Change<EvidenceRecord>>> act)
    {
        if (WhyNoReason(request.Reason) is { } problem)
            return problem;
        var change = await act(new AlertId(id));
        return change.IsDone ? TypedResults.Ok(EvidenceRecordView.From(change.Value!)) : Problems.From(change, "evidence of alert", id);
    }

    private static ProblemHttpResult? WhyNotOriginal(bool? original, string? reason, HttpContext http)
    {
        if (original != true)
            return null;
        return Caller.RoleOf(http) < Role.Operator
            ? Problems.Forbidden("The original shows bystanders: it takes role operator and a reason.")
            : WhyNoReason(reason);
    }

    private static ProblemHttpResult? WhyNoReason(string? reason) =>
        reason?.Trim().Length is >= 3 and <= MaxReason ? null : Problems.Invalid("reason", $"must have 3 to {MaxReason} characters");

    private static async Task Audit(ApplianceRuntime runtime, HttpContext http, AlertId alert, string name, string? reason, CancellationToken cancel)
    {
        var (by, now) = (Caller.Of(http), runtime.Clock.GetUtcNow());
        var look = $"{runtime.Options.Identity.BootId}\n{by.Name}\n{by.Address}\n{alert}\n{name}\n{reason}";
        if (s_looks.TryGetValue(look, out var last) && now - last < s_oneLook && now >= last)
            return;
        await runtime.Store.Audit.Append(by, "evidence.view", alert.Value, reason is null ? $"{name}, masked" : $"{name}, original: {reason}", cancel);
        s_looks[look] = now;
        foreach (var (old, _) in s_looks.Where(one => now - one.Value >= s_oneLook))
            s_looks.TryRemove(old, out _);
    }
}

/// <param name="Reason">3 to 500 characters; kept in the audit log.</param>
internal sealed record EvidenceReason(string Reason);

/// <summary>What the index knows of an alert's evidence.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Seq">Its number.</param>
/// <param name="Utc">When it was raised.</param>
/// <param name="Camera">Where.</param>
/// <param name="State">pending, complete, partial, missing, none or destroyed.</param>
/// <param name="Reason">Why something is missing; empty = nothing is.</param>
/// <param name="Bytes">Of all artefacts.</param>
/// <param name="KeepUntil">When retention may take it.</param>
/// <param name="Hold">Why it must not be destroyed; null = it may.</param>
/// <param name="SealedAt">When the manifest was signed.</param>
/// <param name="Digest">SHA-256 of the manifest.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">EIP-191 over the digest.</param>
/// <param name="Batch">Batch of the log.</param>
/// <param name="Leaf">Index in it.</param>
/// <param name="Pinning">On the IPFS node: waiting (not, or not yet), pinned, removing or removed.</param>
/// <param name="PinReason">What of it could not be pinned, and why.</param>
internal sealed record EvidenceRecordView(
    string Alert, long Seq, DateTimeOffset Utc, string Camera, EvidenceState State, string Reason, long Bytes, DateTimeOffset? KeepUntil,
    string? Hold, DateTimeOffset? SealedAt, string? Digest, string? Signer, string? Signature, long? Batch, int? Leaf,
    PinState Pinning, string PinReason)
{
    public static EvidenceRecordView From(EvidenceRecord record) => new(
        record.Alert.Value, record.Seq, record.Utc, record.Camera, record.State, record.Reason, record.Bytes, record.KeepUntil, record.Hold,
        record.SealedAt, record.Digest is null ? null : Convert.ToHexStringLower(record.Digest), record.Signer,
        record.Signature is null ? null : EvidenceSignature.Format(record.Signature), record.Batch, record.Leaf,
        record.Pinning, record.PinReason);
}

/// <param name="Record">Where it stands.</param>
/// <param name="Manifest">The signed manifest; null = none (any more).</param>
/// <param name="Proof">Signature, proof and keys; null while the batch is open.</param>
/// <param name="Artefacts">What can be fetched.</param>
/// <param name="Pins">What lies on the IPFS node.</param>
internal sealed record EvidenceView(
    EvidenceRecordView Record, JsonElement? Manifest, ProofDocument? Proof, IReadOnlyList<StoredArtefact> Artefacts, IReadOnlyList<EvidencePin> Pins);

/// <param name="Header">The signed header.</param>
/// <param name="ClosedAt">When.</param>
/// <param name="Receipt">The ledger's, JSON as text; null = not anchored.</param>
internal sealed record BatchView(BatchDocument Header, DateTimeOffset ClosedAt, string? Receipt);

/// <param name="Device">Serial number.</param>
/// <param name="Batches">Closed batches.</param>
/// <param name="Root">Over their header hashes.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">EIP-191 over keccak256 of <c>evlog-v1|device|batches|root</c>.</param>
internal sealed record LogHeadView(string Device, long Batches, string Root, string Signer, string Signature);

/// <param name="From">Batches then.</param>
/// <param name="To">Batches later.</param>
/// <param name="Hashes">RFC 9162, section 2.1.4.</param>
internal sealed record ConsistencyView(long From, long To, IReadOnlyList<string> Hashes);
